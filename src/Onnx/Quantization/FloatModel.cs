using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// A file as quantisation wants it: constants computed, batch normalisations and additions in the layers before them. ONNX Runtime's own optimiser does it, at the level that stays within ONNX's operators.
/// </summary>
internal static class FloatModel
{
    // QuantizeLinear and DequantizeLinear by channel.
    private const long LeastOpset = 13;

    // Stored tensors need not be inputs.
    private const long LeastIrVersion = 4;

    private const string MLNetPrefix = "mlnet.";

    /// <exception cref="InvalidDataException">It is no ONNX file, or keeps its weights in files of their own, or is of an old operator set.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public static ModelProto Of(string path)
    {
        ModelProto source;
        using (FileStream stream = File.OpenRead(path)) source = Protos.Parse(stream, $"'{path}'");
        long opset = source.OpsetImport.FirstOrDefault(set => Protos.IsStandard(set.Domain))?.Version ?? 0;
        if (opset < LeastOpset)
            throw new InvalidDataException($"'{path}' is of operator set {opset}, which cannot say what 8 bits stand for by channel: write it with operator set {LeastOpset} or later.");
        if (source.Graph.Initializer.Any(tensor => tensor.DataLocation == 1))
            throw new InvalidDataException($"'{path}' keeps its weights in files of their own: write it as one file.");
        if (source.Graph.Node.Any(node => node.OpType is "QuantizeLinear" or "DequantizeLinear" or "QLinearConv" or "QLinearMatMul" or "ConvInteger" or "MatMulInteger"))
            throw new InvalidDataException($"'{path}' is quantised already: give the float32 file that it was made of.");
        // As inputs, they might be given another value with every run.
        HashSet<string> stored = [.. source.Graph.Initializer.Select(tensor => tensor.Name)];
        source.Graph.Input.Become(source.Graph.Input.Where(input => !stored.Contains(input.Name)));
        source.IrVersion = Math.Max(source.IrVersion, LeastIrVersion);
        ModelProto model = Optimized(source.ToByteArray());
        Restore(source, model);
        return model;
    }

    private static ModelProto Optimized(byte[] file)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-");
        try
        {
            string path = Path.Combine(folder.FullName, "optimized.onnx");
            using (SessionOptions options = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC, OptimizedModelFilePath = path, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR })
                new InferenceSession(file, options).Dispose();
            using FileStream stream = File.OpenRead(path);
            return Protos.Parse(stream, "the optimised file");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What no output needs, ONNX Runtime leaves out: ML.NET looks for the names of places there. And it names every domain that it knows.
    private static void Restore(ModelProto source, ModelProto model)
    {
        NodeProto[] lost = [.. source.Graph.Node.Where(node => node.Name.StartsWith(MLNetPrefix, StringComparison.Ordinal) && model.Graph.Node.All(other => other.Name != node.Name))];
        HashSet<string> there = [.. model.Graph.Initializer.Select(tensor => tensor.Name)], read = [.. lost.SelectMany(node => node.Input)];
        model.Graph.Initializer.AddRange(source.Graph.Initializer.Where(tensor => read.Contains(tensor.Name) && !there.Contains(tensor.Name)));
        model.Graph.Node.AddRange(lost);
        model.OpsetImport.Become(source.OpsetImport);
        (model.ProducerName, model.ProducerVersion, model.DocString, model.Domain) = (source.ProducerName, source.ProducerVersion, source.DocString, source.Domain);
        model.MetadataProps.Become(source.MetadataProps);
        model.Graph.Input.Become(source.Graph.Input);
        model.Graph.Output.Become(source.Graph.Output);
    }
}
