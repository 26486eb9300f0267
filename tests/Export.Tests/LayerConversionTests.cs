using MLNetGen.Export.Tests.Cases;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class LayerConversionTests
{
    private static readonly string[] TakeOneSample =
        ["Conv", "InstanceNorm", "MaxPool", "AvgPool", "Adaptive", "Pixel", "ReflectionPad", "ReplicationPad", "ConstantPad", "ZeroPad", "Softmax2d"];

    public static TheoryData<string, int> Cases => Drawn(LayerCases.All.Keys, name => IsIntricate(name) ? 25 : 12);

    public static TheoryData<string, int> HalfCases => Drawn(LayerCases.All.Keys, _ => 3);

    public static TheoryData<string, int> DynamicCases => Drawn(LayerCases.All.Keys.Where(HasOneInput), name => IsIntricate(name) ? 10 : 5);

    // PyTorch's circular padding needs the batch.
    public static TheoryData<string, int> SampleCases => Drawn(
        LayerCases.All.Keys.Where(name => Array.Exists(TakeOneSample, start => name.StartsWith(start, StringComparison.Ordinal))
            && !name.EndsWith("circular", StringComparison.Ordinal) && !name.EndsWith("same", StringComparison.Ordinal)), _ => 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exported_layer_gives_the_same_numbers_in_ONNX_Runtime(string layer, int seed)
    {
        LayerCase it = Make(layer, seed, out _);
        Parity.Holds(it.Module, it.Rows, options: new OnnxExportOptions { Opset = Opset(seed) });
    }

    [Theory]
    [MemberData(nameof(HalfCases))]
    public void Exported_layer_with_float16_weights_gives_nearly_the_same_numbers(string layer, int seed)
    {
        LayerCase it = Make(layer, 300 + seed, out _);
        Parity.Holds(it.Module, it.Rows, tolerance: 1e-2, options: new OnnxExportOptions { Opset = Opset(seed), WeightType = OnnxWeightType.Float16 });
    }

    [Theory]
    [MemberData(nameof(DynamicCases))]
    public void Exported_layer_with_dynamic_axes_gives_the_same_numbers_at_other_sizes(string layer, int seed)
    {
        LayerCase it = Make(layer, 100 + seed, out Random random);
        long[] example = Longer(it, random), other = Longer(it, random);
        var axes = new Dictionary<int, string> { [0] = "batch" };
        foreach (int axis in it.Varying) axes[axis + 1] = $"length{axis}";
        Parity.HoldsAtOtherSizes(it.Module, example, [it.Rows[0], other], new OnnxExportOptions
        {
            Opset = Opset(seed),
            DynamicAxes = new Dictionary<string, IReadOnlyDictionary<int, string>> { ["input"] = axes },
        });
    }

    [Theory]
    [MemberData(nameof(SampleCases))]
    public void Exported_layer_that_takes_one_sample_gives_the_same_numbers(string layer, int seed)
    {
        LayerCase it = Make(layer, 200 + seed, out _);
        using var scope = NewDisposeScope();
        Tensor sample = Parity.Input(it.Rows[0][1..], it.Rows[0][0]);
        using OnnxFile file = OnnxFile.Of(it.Module, sample, new OnnxExportOptions { DynamicBatch = false });
        OnnxParity parity = OnnxCheck.Compare(it.Module, file.Path, Parity.Input(it.Rows[0][1..], it.Rows[0][0]));
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    [Fact]
    public void Every_built_in_converter_is_tested()
    {
        var tested = LayerCases.All.Keys.Select(LayerCases.LayerOf)
            .Concat(RecurrentTests.Layers).Concat(AttentionTests.Layers).Concat(EmbeddingTests.Layers).ToHashSet();
        Assert.DoesNotContain(OnnxConverters.BuiltInNames, name => !tested.Contains(name));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    [InlineData(21)]
    public void Every_operator_set_gives_the_same_numbers(int opset)
    {
        manual_seed(opset);
        Module<Tensor, Tensor> network = Parity.Shaken(Sequential(
            ReflectionPad2d(1), Conv2d(3, 6, 3), BatchNorm2d(6), GELU(), GroupNorm(2, 6), MaxPool2d(2),
            InstanceNorm2d(6, affine: true), Mish(), Hardswish(), Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest),
            ConvTranspose2d(6, 4, 3, stride: 2), LayerNorm(33), new Mean([3]), Flatten(), Linear(132, 5), Softmax(1)));
        Parity.Holds(network, [[3, 16, 16]], options: new OnnxExportOptions { Opset = opset });
    }

    [Fact]
    public void Recomputed_factors_that_are_not_whole_are_refused_for_axes_of_any_length()
    {
        using var layer = Upsample(scale_factor: [1.5, 1.5], mode: UpsampleMode.Bilinear, recompute_scale_factor: true);
        var error = Assert.Throws<NotSupportedException>(() => OnnxFile.Of(layer, randn(1, 2, 4, 4), new OnnxExportOptions { DynamicSize = true }));
        Assert.Contains("1.5", error.Message, StringComparison.Ordinal);
        Assert.Contains("recompute_scale_factor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_with_other_axes_than_the_ONNX_form_takes_are_refused_by_name()
    {
        using var shuffle = PixelShuffle(2);
        Refuses(shuffle, "PixelShuffle", "[1, 2, 4, 3, 3]", randn([1, 2, 4, 3, 3]));
        using var similarity = CosineSimilarity(dim: -1);
        Refuses(similarity, "CosineSimilarity", "[2, 3, 4] and [3, 4]", randn(2, 3, 4), randn(3, 4));
        using var distance = PairwiseDistance(p: -1);
        Refuses(distance, "PairwiseDistance", "norm -1", randn(2, 3), randn(2, 3));
    }

    [Theory]
    [InlineData(1.4, 45, 62)]
    [InlineData(1.4, 85, 118)]
    [InlineData(1.3, 90, 117)]
    [InlineData(0.7, 90, 62)]
    public void A_factor_that_float32_rounds_to_another_size_gives_PyTorchs(double factor, long length, long expected)
    {
        using var layer = Upsample(scale_factor: [factor], mode: UpsampleMode.Linear);
        Assert.Equal(expected, layer.call(zeros(1, 1, length)).shape[2]);
        using OnnxFile file = OnnxFile.Of(layer, zeros(1, 1, length));
        Assert.True(OnnxCheck.Compare(layer, file.Path, linspace(0, 1, length).reshape(1, 1, length)).IsWithin(1e-5));
    }

    private static void Refuses(ExportableModule layer, string name, string what, params Tensor[] inputs)
    {
        var error = Assert.Throws<NotSupportedException>(() => OnnxFile.Of(layer, inputs, new OnnxExportOptions { DynamicBatch = false }));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    private static LayerCase Make(string layer, int seed, out Random random)
    {
        manual_seed(seed);
        random = new Random(seed);
        LayerCase it = LayerCases.All[layer](random);
        Parity.Shaken(it.Module.Module);
        return it;
    }

    private static long[] Longer(LayerCase it, Random random) =>
        [.. it.Rows[0].Select((length, axis) => it.Varying.Contains(axis) ? length + it.Multiple * random.Next(1, 6) : length)];

    private static bool HasOneInput(string layer) => LayerCases.All[layer](new Random(0)).Rows.Length == 1;

    private static bool IsIntricate(string layer) => layer.Contains("Conv", StringComparison.Ordinal)
        || layer.Contains("Pool", StringComparison.Ordinal) || layer.Contains("Upsample", StringComparison.Ordinal);

    private static int Opset(int seed) =>
        OnnxExportOptions.MinimumOpset + seed % (OnnxExportOptions.MaximumOpset - OnnxExportOptions.MinimumOpset + 1);

    private static TheoryData<string, int> Drawn(IEnumerable<string> layers, Func<string, int> count)
    {
        var cases = new TheoryData<string, int>();
        foreach (string layer in layers)
        {
            for (int seed = 0; seed < count(layer); seed++) cases.Add(layer, seed);
        }

        return cases;
    }
}
