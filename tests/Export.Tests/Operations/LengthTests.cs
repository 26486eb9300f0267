using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A number that C# makes of a length is the same formula in the file, or it is refused: never the example's, and never another formula.</summary>
public sealed class LengthTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    private static readonly long[] Examples = [6, 7, 30], Others = [2, 3, 5, 8, 11, 13, 16, 23, 31, 32, 47, 64, 71];

    private static readonly Dictionary<string, (Func<long, double> Of, bool IsWritten)> Numbers = new()
    {
        ["a half"] = (n => n / 2, true),
        ["a half rounded up"] = (n => (n + 1) / 2, true),
        ["a third"] = (n => n / 3, true),
        ["a seventh"] = (n => n / 7, true),
        ["an eighth"] = (n => n / 8, true),
        ["a thirteenth, rounded up"] = (n => (n + 12) / 13, true),
        ["windows"] = (n => (n + 2 - 3) / 2 + 1, true),
        ["twice a third"] = (n => n / 3 * 2, true),
        ["a multiple of eight"] = (n => (n + 7) / 8 * 8, true),
        ["a rest"] = (n => n % 5, true),
        ["what is missing to a multiple"] = (n => (4 - n % 4) % 4, true),
        ["a difference"] = (n => 100 - n, true),
        ["three times and two"] = (n => 3 * n + 2, true),
        ["a square"] = (n => n * n, true),
        ["a root"] = (n => Math.Sqrt(n), true),
        ["an odd power"] = (n => Math.Pow(n, -0.5) * 3, true),
        ["five by a length"] = (n => 5.0 / n, true),
        ["one by a length and one"] = (n => 1.0 / (n + 1), true),
        ["a logarithm"] = (n => Math.Log(n) / Math.Log(50), true),
        ["a share and a half"] = (n => 0.3 * n + 0.5, true),
        ["a half, one at least"] = (n => Math.Max(1, n / 2), false),
        ["a seventh, one at least"] = (n => Math.Max(1, n / 7), false),
        ["a share cut off"] = (n => (int)(n * 0.37), false),
        ["a root cut off"] = (n => (int)Math.Sqrt(n), false),
        ["a quarter of a half rounded up"] = (n => (n + 1) / 2 * 3 / 4, false),
        ["an exponential"] = (n => Math.Exp(-n / 10.0), false),
        ["a sine"] = (n => Math.Sin(n), false),
        ["bits"] = (n => n & 5, false),
        ["a logarithm cut off"] = (n => (int)Math.Log2(n), false),
        ["two steps"] = (n => n / 3 + n / 5, false),
    };

    public static TheoryData<string> Names => [.. Numbers.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_number_that_follows_from_a_length_is_its_formula_or_is_refused(string name)
    {
        (Func<long, double> of, bool isWritten) = Numbers[name];
        foreach (long example in Examples)
        {
            foreach (bool isWhole in of(7) == Math.Floor(of(7)) && of(13) == Math.Floor(of(13)) ? (bool[])[false, true] : [false])
            {
                using var scope = NewDisposeScope();
                using Module<Tensor, Tensor> module = new Forwards.Own(_ => x => isWhole ? x + (long)of(x.shape[1]) : x * of(x.shape[1]) + of(x.shape[1]));
                try
                {
                    OnnxExporter.Export(module, rand(2, example), path, AnyLength());
                }
                catch (InvalidOperationException e) when (!isWritten)
                {
                    Assert.Contains("depend", e.Message, StringComparison.Ordinal);
                    continue;
                }

                foreach (long length in Others)
                    Assert.InRange(OnnxCheck.Compare(module, path, rand(3, length)).MaximumRelativeError, 0, 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(224)]
    [InlineData(225)]
    public void A_thirty_second_of_a_great_length_is_no_thirty_first(long example)
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> module = new Forwards.Own(_ => x => x.narrow(3, 0, x.shape[3] / 32) * (1.0 / (x.shape[2] / 32)));
        OnnxExporter.Export(module, rand(1, 1, example, example), path, new OnnxExportOptions { DynamicSize = true });
        foreach (long length in (long[])[32, 62, 63, 64, 93, 320, 992])
            Assert.InRange(OnnxCheck.Compare(module, path, rand(1, 1, length, length)).MaximumRelativeError, 0, 1e-5);
    }

    [Fact]
    public void A_number_that_only_multiples_show_is_the_part_that_divides_them()
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> module = new Forwards.Own(_ => x => x.view(x.shape[0], x.shape[1] / 16, 16).sum(2) * (x.shape[1] / 16));
        OnnxExporter.Export(module, rand(2, 48), path, AnyLength());
        foreach (long length in (long[])[16, 32, 80, 160, 1600])
            Assert.InRange(OnnxCheck.Compare(module, path, rand(3, length)).MaximumRelativeError, 0, 1e-5);
    }

    private static OnnxExportOptions AnyLength() => new()
    {
        DynamicAxes = new Dictionary<string, IReadOnlyDictionary<int, string>> { ["input"] = new Dictionary<int, string> { [0] = "batch", [1] = "length" } },
    };
}
