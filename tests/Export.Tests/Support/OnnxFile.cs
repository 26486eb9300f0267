using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>A temporary .onnx file and what tests ask about it.</summary>
public sealed class OnnxFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mlnetgen-{Guid.NewGuid():N}.onnx");

    public static OnnxFile Of(ExportableModule module, IReadOnlyList<Tensor> example, OnnxExportOptions? options = null)
    {
        var file = new OnnxFile();
        try
        {
            OnnxExporter.Export(module, example, file.Path, options);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public static OnnxFile Of(ExportableModule module, Tensor example, OnnxExportOptions? options = null) => Of(module, [example], options);

    public InferenceSession Open() => new(Path);

    internal GraphProto Graph()
    {
        using FileStream stream = File.OpenRead(Path);
        return ModelProto.Parser.ParseFrom(stream).Graph;
    }

    /// <summary>The nodes' operators in order, as python3-free code sees them.</summary>
    public IReadOnlyList<string> Operators() => [.. Graph().Node.Select(node => node.OpType)];

    /// <summary>The name of each node's first output, in order.</summary>
    public IReadOnlyList<string> FirstOutputs() => [.. Graph().Node.Select(node => node.Output[0])];

    public IReadOnlyList<string> Initializers() => [.. Graph().Initializer.Select(tensor => tensor.Name)];

    public void Dispose() => File.Delete(Path);
}
