using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// Which values between the nodes are quantised: what the layers read, what convolutions give, and what lies between them as far as it can be computed in 8 bits. What only
/// moves numbers or picks some, such as a pool, keeps the levels of what it reads.
/// </summary>
internal sealed class QuantizationPlan
{
    private readonly Dictionary<string, NodeProto> producers;
    private readonly Dictionary<string, NodeProto[]> readers;
    private readonly HashSet<string> stored, outputs;
    private readonly HashSet<NodeProto> layers;
    private readonly HashSet<string> values = [];

    public QuantizationPlan(GraphProto graph, IReadOnlyCollection<WeightLayer> layers)
    {
        producers = graph.Node.SelectMany(node => node.Output.Where(name => name.Length > 0).Select(name => (name, node))).ToDictionary(pair => pair.name, pair => pair.node);
        readers = graph.Node.SelectMany(node => node.Input.Distinct().Select(name => (name, node))).GroupBy(pair => pair.name).ToDictionary(group => group.Key, group =>
            group.Select(pair => pair.node).ToArray());
        stored = [.. graph.Initializer.Select(tensor => tensor.Name)];
        outputs = [.. graph.Output.Select(output => output.Name)];
        this.layers = [.. layers.Select(layer => layer.Node)];
        foreach (WeightLayer layer in layers)
        {
            Add(layer.Input);
            // ONNX Runtime has a convolution that gives 8 bits, and none that reads them and gives float32.
            if (layer.Node.OpType == "Conv")
                Add(Activated(layer.Node.Output[0]));
        }
    }

    /// <summary>The values that are quantised.</summary>
    public IReadOnlySet<string> Values => values;

    /// <summary>The value whose levels another one has: itself, or that which it is a part of.</summary>
    public string LevelsOf(string value)
    {
        while (producers.TryGetValue(value, out NodeProto? node) && Moves(node)) value = node.Input[0];
        return value;
    }

    // Only moves numbers, or picks some. What a pool reads may have been padded by −∞, which no level is: what it gives then has levels of its own.
    private bool Moves(NodeProto node) => Protos.IsStandard(node.Domain)
        && !(node.OpType == "MaxPool" && producers.GetValueOrDefault(node.Input[0])?.OpType == "Pad")
        && node.OpType is "MaxPool" or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" && node.Output.Count(name => name.Length > 0) == 1;

    private static bool IsActivation(NodeProto node) => Protos.IsStandard(node.Domain) && node.OpType is "Relu" or "Clip";

    // ONNX Runtime has it in 8 bits.
    private bool Computes(NodeProto node) => Protos.IsStandard(node.Domain) && node.OpType is "Add" or "Concat" or "AveragePool" or "GlobalAveragePool"
        && !node.Input.Any(stored.Contains);

    private void Add(string value)
    {
        if (!values.Add(value) || !producers.TryGetValue(value, out NodeProto? node))
            return;
        // The smallest level of the result is then the activation's own limit.
        if (IsActivation(node) && producers.TryGetValue(node.Input[0], out NodeProto? before) && readers[node.Input[0]].Length == 1 && !outputs.Contains(node.Input[0]))
            node = before;
        if (layers.Contains(node))
            return;
        foreach (string input in Moves(node) ? [node.Input[0]] : Computes(node) ? node.Input.ToArray() : []) Add(input);
    }

    // What a layer gives is what its activation makes of it, where nobody else reads it.
    private string Activated(string value) =>
        !outputs.Contains(value) && readers.TryGetValue(value, out NodeProto[]? nodes) && nodes is [{ } only] && IsActivation(only) ? only.Output[0] : value;
}
