using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Lengths by value name: declared in the file where that suffices, else found by one run.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<string, long[]> shapes = [];

    public ShapeTable(ModelProto model, int? size)
    {
        GraphProto graph = model.Graph;
        var lengths = new InputLengths(size);
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
            ShapeRun.Run(model, shapes);
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or OutOfMemoryException)
        {
            Missing = $"ONNX Runtime could not run the file on zeros: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>What was fed.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Inputs { get; }

    /// <summary>Why there are shapes that this table lacks.</summary>
    public string? Missing { get; }

    public long[]? Of(string name) => shapes.GetValueOrDefault(name);

    public long? CountOf(string name) => Of(name) is { } shape ? TensorElements.CountOf(shape) : null;

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
internal sealed class InputLengths(int? size)
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
        long?[] lengths = [.. shape.Dim.Select(axis => IsFixed(axis) ? axis.DimValue : named.TryGetValue(axis.DimParam, out long known) ? known : (long?)null)];
        return lengths.Contains(null) ? null : [.. lengths.Select(length => length!.Value)];
    }

    private long Choose(TensorShapeProto.Types.Dimension axis, int index, int axes)
    {
        if (IsFixed(axis)) return axis.DimValue;
        if (named.TryGetValue(axis.DimParam, out long known)) return known;
        bool batch = index == 0 || axis.DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase);
        long length = batch ? 1 : size ?? (axes >= PictureAxes ? OnnxSummary.DefaultSize : 1);
        if (axis.DimParam.Length > 0) named[axis.DimParam] = length;
        return length;
    }

    private static bool IsFixed(TensorShapeProto.Types.Dimension axis) =>
        axis.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && axis.DimValue >= 0;
}
