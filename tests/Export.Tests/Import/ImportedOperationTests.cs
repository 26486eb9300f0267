using static TorchSharp.torch;

namespace MLNetGen.Export.Tests.Import;

/// <summary>Every operation of a loaded file gives what ONNX Runtime gives.</summary>
public sealed class ImportedOperationTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Names => [.. OperationCases.All.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_gives_what_ONNX_Runtime_gives(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        SmallGraph graph = OperationCases.All[name]();
        using OnnxModule module = OnnxModule.Load(graph.Write(path), new OnnxModuleOptions { Check = false });
        OnnxParity parity = OnnxCheck.Compare(ExportableModule.Of(module, module.Run), path, graph.Draw());
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    [Fact]
    public void Every_operation_that_is_read_is_compared()
    {
        HashSet<string> compared = [.. OperationCases.All.Values.SelectMany(make => make().Build().Graph.Node).Select(node => node.OpType)];
        Assert.Empty(MLNetGen.Export.Import.ImportedOperation.Known.Except(compared));
    }
}
