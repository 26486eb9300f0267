using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Files written from libtorch's operations give what the module gives, at other sizes than the example's.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Names => [.. Forwards.All.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_forward_of_any_kind_keeps_its_numbers_at_other_sizes(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        Forwards.Case each = Forwards.All[name];
        using Module<Tensor, Tensor> module = each.Make();
        OnnxExporter.Export(module, randn(each.Shape), path, new OnnxExportOptions { FromOperations = true, DynamicSize = each.AnySize });
        foreach (long[] shape in (long[][])[each.Shape, .. each.Other])
            Assert.InRange(OnnxCheck.Compare(module, path, randn(shape)).MaximumRelativeError, 0, 1e-5);
    }
}
