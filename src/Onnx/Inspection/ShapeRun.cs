using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// Runs a model once on zeros and notes the shape of every value. Big weights are zeros too, all the same ones: shapes do not depend on them, and a model needs no second
/// copy in memory.
/// </summary>
internal static class ShapeRun
{
    private const int External = 1;
    // Small tensors may be sizes, limits and axes, which shapes do depend on.
    private const long Small = 256;

    // Of all values together, which are there at the same time: four times what the largest networks of torchvision have. A file may say that its padding is a million pixels wide.
    private const long MostBytes = 2L << 30;

    /// <summary>Leaves out what a run does not need.</summary>
    public static void DropWeights(ModelProto model)
    {
        foreach (TensorProto tensor in model.Graph.Initializer.Where(IsWeight))
        {
            tensor.ClearRawData();
            tensor.FloatData.Clear();
            tensor.Int32Data.Clear();
            tensor.DoubleData.Clear();
        }
    }

    /// <param name="model">A model; it stays as it is.</param>
    /// <param name="shapes">Has the inputs' shapes; gets those of stored tensors and of all nodes' results.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    /// <exception cref="NotSupportedException">An input is no tensor, or of unknown shape; or the values would take more than 2 GiB.</exception>
    public static unsafe void Run(ModelProto model, Dictionary<string, long[]> shapes)
    {
        // As it is written: optimisation would remove the values asked for. Errors come as exceptions, and nothing is printed.
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        };
        foreach (TensorProto tensor in model.Graph.Initializer) shapes[tensor.Name] = [.. tensor.Dims];
        using var session = new InferenceSession(WithAllValues(model, shapes).ToByteArray(), options);
        foreach ((string name, NodeMetadata input) in session.InputMetadata)
        {
            if (!input.IsTensor || !shapes.ContainsKey(name)) throw new NotSupportedException($"input '{name}' is no tensor, or the file does not say how many axes it has.");
        }

        // Of unknown lengths each counts as one.
        double bytes = session.OutputMetadata.Values.Where(value => value.IsTensor)
            .Sum(value => TensorElements.BytesOf((int)value.ElementDataType, 1) * value.Dimensions.Aggregate(1.0, (count, length) => count * Math.Max(1, length)));
        if (bytes > MostBytes)
            throw new NotSupportedException($"its values would take {bytes / (1 << 20):N0} MiB, more than {MostBytes >> 20:N0}.");
        long most = session.InputMetadata.Select(input => BytesOf(input.Value, shapes[input.Key])).Append(0).Max();
        void* zeros = NativeMemory.AllocZeroed((nuint)Math.Max(1, most));
        Dictionary<string, OrtValue> feeds = [];
        try
        {
            foreach ((string name, NodeMetadata input) in session.InputMetadata)
            {
                feeds.Add(name, input.ElementDataType == TensorElementType.String ? OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shapes[name])
                    : OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, input.ElementDataType, shapes[name], (nint)zeros, BytesOf(input, shapes[name])));
            }

            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, session.OutputNames);
            for (int i = 0; i < results.Count; i++)
            {
                if (results[i].OnnxType == OnnxValueType.ONNX_TYPE_TENSOR) shapes[session.OutputNames[i]] = results[i].GetTensorTypeAndShape().Shape;
            }
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
            NativeMemory.Free(zeros);
        }
    }

    // A copy in which big weights are inputs, every node's results outputs, and inputs as large as they are going to be: ONNX Runtime then knows most shapes before it runs.
    private static ModelProto WithAllValues(ModelProto model, Dictionary<string, long[]> shapes)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        foreach (ValueInfoProto input in graph.Input)
        {
            if (input.Type?.TensorType?.Shape is { } axes && shapes.TryGetValue(input.Name, out long[]? lengths) && lengths.Length == axes.Dim.Count)
                axes.Dim.Become(lengths.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
        }
        // Before version 4 of the format, stored tensors are inputs as well.
        var inputs = graph.Input.Select(input => input.Name).ToHashSet();
        graph.Input.AddRange(graph.Initializer.Where(tensor => IsWeight(tensor) && inputs.Add(tensor.Name)).Select(weight => new ValueInfoProto
        {
            Name = weight.Name,
            Type = new() { TensorType = new() { ElemType = weight.DataType, Shape = new() { Dim = { weight.Dims.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }) } } } },
        }));
        graph.Initializer.Become(graph.Initializer.Where(tensor => !IsWeight(tensor)));
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();
        graph.Output.AddRange(model.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0 && outputs.Add(name)).Select(name => new ValueInfoProto { Name = name }));
        return copy;
    }

    private static long BytesOf(NodeMetadata input, long[] shape) => TensorElements.BytesOf((int)input.ElementDataType, TensorElements.CountOf(shape));

    // Quantised operators want stored weights, and few take other types.
    private static bool IsWeight(TensorProto tensor) =>
        TensorElements.NameOf(tensor.DataType) is "float32" or "float16" or "float64" && tensor.Dims.All(length => length > 0) && (tensor.DataLocation == External || TensorElements.CountOf(tensor) > Small);
}
