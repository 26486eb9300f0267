using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using MLNetGen.Export.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// Nodes, weights and constants in the order in which converters append them; makes names unique, and writes a
/// weight once however many modules share it.
/// </summary>
internal sealed class OnnxGraph(int opset, IReadOnlyDictionary<Tensor, string> weightNames)
{
    private const string ConstantName = "constant";
    private readonly List<PendingNode> nodes = [];
    private readonly List<TensorProto> initializers = [];
    private readonly Dictionary<Tensor, OnnxValue> weights = new(TensorIdentity.Comparer);
    private readonly Dictionary<string, OnnxValue> constants = [];
    private readonly HashSet<OnnxValue> produced = [];
    private readonly HashSet<string> valueNames = [];
    private readonly HashSet<string> nodeNames = [];

    public int Opset => opset;

    /// <summary>Path of the module whose nodes are being written; node and value names start with it.</summary>
    public string Scope { get; set; } = "";

    public OnnxValue Input(string name) => new(this, Unique(valueNames, name));

    public OnnxValue Node(string operation, OnnxValue?[] inputs, params (string Name, OnnxAttributeValue Value)[] attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    public OnnxValue[] Nodes(string operation, OnnxValue?[] inputs, int outputCount, params (string Name, OnnxAttributeValue Value)[] attributes)
    {
        string name = Unique(nodeNames, Scope.Length == 0 ? operation : $"{Scope}/{operation}");
        var outputs = new OnnxValue[outputCount];
        for (int i = 0; i < outputCount; i++)
            outputs[i] = new(this, Unique(valueNames, outputCount == 1 ? name : $"{name}:{i}"));
        produced.UnionWith(outputs);
        nodes.Add(new(operation, name, inputs, outputs, attributes));
        return outputs;
    }

    public OnnxValue Constant(float value) => Constant([value], []);

    public OnnxValue Constant(float[] values, long[] shape) =>
        Constant(OnnxElementType.Float, MemoryMarshal.AsBytes<float>(values).ToArray(), shape);

    public OnnxValue Constant(long[] values) =>
        Constant(OnnxElementType.Int64, MemoryMarshal.AsBytes<long>(values).ToArray(), [values.Length]);

    /// <summary>A parameter, a buffer, or any tensor that a module holds, as float32 (integers keep their type).</summary>
    public OnnxValue Weight(Tensor tensor)
    {
        if (weights.TryGetValue(tensor, out OnnxValue? known)) return known;

        string name = weightNames.TryGetValue(tensor, out string? path) ? path : Scope.Length == 0 ? "weight" : $"{Scope}.weight";
        OnnxElementType type = tensor.is_floating_point() ? OnnxElementType.Float : ElementTypes.Of(tensor.dtype);
        OnnxValue value = AddInitializer(name, type, WeightBytes.Read(tensor, name), tensor.shape);
        weights.Add(tensor, value);
        return value;
    }

    /// <summary>A weight computed from a module's parameters, stored once however often the module is called.</summary>
    public OnnxValue DerivedWeight(Tensor tensor, string name)
    {
        string path = Scope.Length == 0 ? name : $"{Scope}.{name}";
        return Constant(OnnxElementType.Float, WeightBytes.Read(tensor, path, mustBeFinite: true), tensor.shape, path);
    }

    public GraphProto Build(
        string name, IEnumerable<ValueInfoProto> inputs, IEnumerable<ValueInfoProto> outputs, IEnumerable<ValueInfoProto> others)
    {
        var graph = new GraphProto { Name = name };
        graph.Node.AddRange(nodes.Select(node => node.ToProto()));
        graph.Initializer.AddRange(initializers);
        graph.Input.AddRange(inputs);
        graph.Output.AddRange(outputs);
        graph.ValueInfo.AddRange(others);
        return graph;
    }

    /// <summary>Keeps a name free for an output.</summary>
    public void Reserve(string name) => valueNames.Add(name);

    public bool IsProduced(OnnxValue value) => produced.Contains(value);

    /// <summary>Whether a stored tensor's name says that a converter wrote it, and no module holds it.</summary>
    public static bool IsConstantName(string name) =>
        name.StartsWith(ConstantName, StringComparison.Ordinal) && name.AsSpan(ConstantName.Length).TrimStart('_').IndexOfAnyExceptInRange('0', '9') < 0;

    private OnnxValue Constant(OnnxElementType type, byte[] bytes, long[] shape, string name = ConstantName)
    {
        string key = $"{name}:{type}[{string.Join(',', shape)}]{Convert.ToHexString(SHA256.HashData(bytes))}";
        if (constants.TryGetValue(key, out OnnxValue? known)) return known;

        OnnxValue value = AddInitializer(name, type, bytes, shape);
        constants.Add(key, value);
        return value;
    }

    private OnnxValue AddInitializer(string name, OnnxElementType type, byte[] bytes, long[] shape)
    {
        var value = new OnnxValue(this, Unique(valueNames, name));
        var tensor = new TensorProto
        {
            Name = value.Name,
            DataType = (int)type,
            RawData = UnsafeByteOperations.UnsafeWrap(bytes),
        };
        tensor.Dims.AddRange(shape);
        initializers.Add(tensor);
        return value;
    }

    private static string Unique(HashSet<string> taken, string wanted)
    {
        string name = wanted;
        for (int i = 1; !taken.Add(name); i++)
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{i}");
        return name;
    }

    private sealed record PendingNode(
        string Operation, string Name, OnnxValue?[] Inputs, OnnxValue[] Outputs, (string Name, OnnxAttributeValue Value)[] Attributes)
    {
        public NodeProto ToProto()
        {
            var node = new NodeProto { OpType = Operation, Name = Name };
            int last = Array.FindLastIndex(Inputs, input => input is not null);
            node.Input.AddRange(Inputs.Take(last + 1).Select(input => input?.Name ?? ""));
            node.Output.AddRange(Outputs.Select(output => output.Name));
            node.Attribute.AddRange(Attributes.Select(attribute => attribute.Value.Named(attribute.Name)));
            return node;
        }
    }
}

internal static class WeightBytes
{
    /// <summary>A weight's bytes in row-major order; floating weights as float32.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite, or a buffer holds NaN.</exception>
    public static byte[] Read(Tensor tensor, string name) => Read(tensor, name, tensor is Parameter);

    /// <summary>The bytes of a weight that, unlike a buffer, may be required to hold no infinities.</summary>
    public static byte[] Read(Tensor tensor, string name, bool mustBeFinite)
    {
        byte[] bytes = TensorData.Bytes(tensor);
        if (tensor.is_floating_point()) Check(MemoryMarshal.Cast<byte, float>(bytes), name, mustBeFinite);
        return bytes;
    }

    // A buffer may hold infinities on purpose (attention masks do); a parameter that does has diverged.
    private static void Check(ReadOnlySpan<float> values, string name, bool mustBeFinite)
    {
        int bad = 0;
        foreach (float value in values)
        {
            if (float.IsNaN(value) || (mustBeFinite && float.IsInfinity(value))) bad++;
        }

        if (bad > 0)
        {
            throw new InvalidOperationException(
                $"'{name}' holds {bad} of {values.Length} values that are not finite numbers, so the file would answer NaN. " +
                "The training has diverged: export an earlier checkpoint, or train with a smaller learning rate.");
        }
    }
}
