using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>What a stored tensor is to the module.</summary>
internal enum StoredRole
{
    /// <summary>Trained.</summary>
    Parameter,

    /// <summary>Running statistics of batch normalisations, and tables of numbers that stay as they are; on the module's device.</summary>
    Buffer,

    /// <summary>Shapes, axes, limits, scales, and single numbers; on the processor.</summary>
    Constant,
}

/// <summary>A stored tensor, and what it is.</summary>
internal sealed record StoredValue(string Name, Tensor Value, StoredRole Role);

/// <summary>
/// Tells weights from other stored tensors, by the layers that read them, directly or through what only prepares them; what the summary of a file counts as parameters
/// are parameters.
/// </summary>
internal sealed class StoredRoles
{
    private readonly Dictionary<string, TensorProto> stored = [];
    private readonly Dictionary<string, Weight> weights = [];
    private readonly Dictionary<string, (ValueOrigin Origin, HashSet<string> Weights)> values = [];
    private readonly HashSet<string> parameters = [], buffers = [], widened = [];
    private readonly HashSet<NodeProto> constants = [];

    public StoredRoles(ModelProto model)
    {
        GraphProto graph = model.Graph;
        IReadOnlyDictionary<string, Weight> initializers = new WeightTable(model).Of(graph);
        foreach (TensorProto tensor in graph.Initializer) Add(tensor, initializers[tensor.Name]);
        foreach (NodeProto node in graph.Node.Where(node => node.OpType == "Constant"))
        {
            if (StoredValues.Constant(node) is not { } tensor) continue;
            constants.Add(node);
            Add(tensor, WeightTable.Constant(tensor));
        }

        foreach (NodeProto node in graph.Node.Where(node => !constants.Contains(node))) Follow(node);
        foreach (IGrouping<string, NodeProto> readers in graph.Node.SelectMany(node => node.Input.Distinct().Select(name => (name, node))).GroupBy(pair => pair.name, pair => pair.node))
        {
            // Stored in half the bytes, and computed with as float32: trained as float32 too.
            if (readers.All(node => node.OpType == "Cast" && node.Integer("to", 0) == (long)OnnxElementType.Float)) widened.Add(readers.Key);
        }
    }

    /// <summary>Whether a node only holds a stored tensor.</summary>
    public bool IsConstant(NodeProto node) => constants.Contains(node);

    public ValueOrigin OriginOf(string name) => values.TryGetValue(name, out var value) ? value.Origin : name.Length == 0 ? ValueOrigin.Stored : ValueOrigin.Inputs;

    /// <summary>The stored tensors.</summary>
    public IReadOnlyList<StoredValue> Read(string source) => [.. stored.Values.Select(tensor =>
    {
        Tensor value = StoredValues.Read(tensor, source);
        if (widened.Contains(tensor.Name) && value.dtype is ScalarType.Float16 or ScalarType.BFloat16) value = value.to_type(ScalarType.Float32);
        return new StoredValue(tensor.Name, value.DetachFromDisposeScope(), RoleOf(tensor.Name, value));
    })];

    private StoredRole RoleOf(string name, Tensor value) =>
        !value.is_floating_point() ? StoredRole.Constant
        : parameters.Contains(name) ? StoredRole.Parameter
        : buffers.Contains(name) && value.ndim > 0 ? StoredRole.Buffer : StoredRole.Constant;

    private void Add(TensorProto tensor, Weight weight)
    {
        stored.Add(tensor.Name, tensor);
        weights.Add(tensor.Name, weight);
        values[tensor.Name] = (ValueOrigin.Stored, [tensor.Name]);
    }

    private void Follow(NodeProto node)
    {
        var inputs = node.Input.Select((name, i) => (Name: name, Place: i)).Where(input => input.Name.Length > 0).ToArray();
        ValueOrigin origin = node.OpType is "Shape" or "Size" ? ValueOrigin.Lengths
            : inputs.Select(input => OriginOf(input.Name)).Append(ValueOrigin.Stored).Max();
        ILookup<bool, string> reached = inputs.Where(input => values.ContainsKey(input.Name))
            .SelectMany(input => values[input.Name].Weights.Select(name => (IsSetting: Operators.IsSetting(node.OpType, input.Place), Name: name))).ToLookup(pair => pair.IsSetting, pair => pair.Name);
        HashSet<string> read = [.. reached[false]];
        if (origin == ValueOrigin.Inputs)
        {
            foreach (string name in read) (weights[name].IsParameterOf(node.OpType) ? parameters : buffers).Add(name);
            if (node.OpType == "BatchNormalization") buffers.UnionWith(reached[true]);
            read = [];
        }

        foreach (string output in node.Output) values[output] = (origin, node.OpType is "Shape" or "Size" ? [] : read);
    }
}
