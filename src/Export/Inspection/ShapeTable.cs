using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Lengths by value name: declared in the file where that suffices, else found by one run.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<string, long[]> shapes = [];

    public ShapeTable(ModelProto model, OnnxSummaryOptions options)
    {
        GraphProto graph = model.Graph;
        var lengths = new InputLengths(options);
        var inputs = new Dictionary<string, IReadOnlyList<long>>();
        foreach (ValueInfoProto input in InputsOf(graph))
        {
            if (lengths.Choose(input) is not { } shape) continue;
            shapes[input.Name] = shape;
            inputs[input.Name] = shape;
        }

        Inputs = inputs;
        Declare(graph, lengths);
        if (graph.Node.All(node => node.Output.All(name => name.Length == 0 || shapes.ContainsKey(name)))) return;
        try
        {
            ShapeRun.Run(LightModel.WithAllOutputs(model), shapes);
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException)
        {
            Missing = $"ONNX Runtime could not run the file on zeros: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>What was fed.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Inputs { get; }

    /// <summary>Why there are shapes that this table lacks.</summary>
    public string? Missing { get; }

    public long[]? Of(string name) => shapes.GetValueOrDefault(name);

    public long? CountOf(string name) => Of(name)?.Aggregate(1L, (count, length) => count * length);

    /// <summary>Inputs proper: old files list stored tensors among them.</summary>
    public static IEnumerable<ValueInfoProto> InputsOf(GraphProto graph)
    {
        var stored = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        return graph.Input.Where(input => !stored.Contains(input.Name));
    }

    private void Declare(GraphProto graph, InputLengths lengths)
    {
        foreach (TensorProto tensor in graph.Initializer) shapes[tensor.Name] = [.. tensor.Dims];
        foreach (ValueInfoProto value in graph.Output.Concat(graph.ValueInfo))
        {
            if (lengths.Resolve(value) is { } shape) shapes.TryAdd(value.Name, shape);
        }

        foreach (GraphProto inner in graph.Node.SelectMany(Subgraphs.Of)) Declare(inner, lengths);
    }
}

/// <summary>Lengths for axes that may vary; an axis of the same name has the same length everywhere.</summary>
internal sealed class InputLengths(OnnxSummaryOptions options)
{
    private const int PictureAxes = 4;
    private readonly Dictionary<string, long> named = [];

    /// <summary>Null for what is no tensor, or one whose number of axes is not said.</summary>
    public long[]? Choose(ValueInfoProto input)
    {
        if (input.Type?.TensorType?.Shape is not { } shape) return null;
        return [.. shape.Dim.Select((axis, i) => Choose(axis, i, shape.Dim.Count))];
    }

    /// <summary>Null where a length is not known from the inputs.</summary>
    public long[]? Resolve(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape is not { } shape) return null;
        var lengths = new long[shape.Dim.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            TensorShapeProto.Types.Dimension axis = shape.Dim[i];
            if (IsFixed(axis)) lengths[i] = axis.DimValue;
            else if (!named.TryGetValue(axis.DimParam, out lengths[i])) return null;
        }

        return lengths;
    }

    private long Choose(TensorShapeProto.Types.Dimension axis, int index, int axes)
    {
        if (IsFixed(axis)) return axis.DimValue;
        if (named.TryGetValue(axis.DimParam, out long known)) return known;
        bool batch = index == 0 || axis.DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase);
        long length = batch ? 1 : options.Size ?? (axes >= PictureAxes ? OnnxSummaryOptions.DefaultSize : 1);
        if (axis.DimParam.Length > 0) named[axis.DimParam] = length;
        return length;
    }

    private static bool IsFixed(TensorShapeProto.Types.Dimension axis) =>
        axis.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && axis.DimValue >= 0;
}

/// <summary>Runs a model once on zeros and notes the shape of every output.</summary>
internal static class ShapeRun
{
    /// <param name="model">A model whose outputs are the values asked for.</param>
    /// <param name="shapes">Has the inputs' shapes; gets the outputs'.</param>
    public static void Run(ModelProto model, Dictionary<string, long[]> shapes)
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
        using var session = new InferenceSession(model.ToByteArray(), options);
        var feeds = new Dictionary<string, OrtValue>();
        try
        {
            foreach (string name in session.InputNames) feeds.Add(name, Zeros(name, session.InputMetadata[name], shapes));
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
        }
    }

    private static OrtValue Zeros(string name, NodeMetadata input, Dictionary<string, long[]> shapes)
    {
        if (!input.IsTensor || !shapes.TryGetValue(name, out long[]? shape))
            throw new NotSupportedException($"input '{name}' is no tensor, or the file does not say how many axes it has.");
        if (input.ElementDataType == TensorElementType.String) return OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.ElementDataType, shape);
        value.GetTensorMutableRawData().Clear();
        return value;
    }
}
