using Microsoft.ML.OnnxRuntime;
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
