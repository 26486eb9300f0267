using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// Nodes, weights and constants in the order in which converters append them; makes names unique, and writes a
/// weight once however many modules share it.
/// </summary>
internal sealed class OnnxGraph(int opset, IReadOnlyDictionary<Tensor, string> weightNames)
{
    private readonly List<Func<NodeProto>> nodes = [];
    private readonly List<TensorProto> initializers = [];
    private readonly Dictionary<Tensor, OnnxValue> weights = new(TensorIdentity.Comparer);
    private readonly Dictionary<string, OnnxValue> constants = [];
    private readonly HashSet<OnnxValue> produced = [], constant = [];
    private readonly Dictionary<string, OnnxValue[]> twins = [];
    private readonly HashSet<string> valueNames = [];
    private readonly HashSet<string> nodeNames = [];

    public int Opset => opset;

    /// <summary>Path of the module whose nodes are being written; node and value names start with it.</summary>
    public string Scope { get; set; } = "";

    public OnnxValue Input(string name) => new(this, Protos.FreeName(valueNames, name));

    public OnnxValue Node(string operation, OnnxValue?[] inputs, params (string Name, OnnxAttributeValue Value)[] attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    public OnnxValue[] Nodes(string operation, OnnxValue?[] inputs, int outputCount, params (string Name, OnnxAttributeValue Value)[] attributes)
    {
        // What is computed from weights alone is computed once: a layer that is called twice transposes its weights twice.
        bool isConstant = inputs.Length > 0 && Array.TrueForAll(inputs, input => input is null || constant.Contains(input));
        string key = isConstant ? $"{operation}({string.Join(',', inputs.Select(input => input?.Name))}){string.Join(',', attributes.Select(attribute => attribute.Value.Named(attribute.Name)))}:{outputCount}" : "";
        if (isConstant && twins.TryGetValue(key, out OnnxValue[]? twin)) return twin;

        string name = Protos.FreeName(nodeNames, Scope.Length == 0 ? operation : $"{Scope}/{operation}");
        OnnxValue[] outputs = [.. Enumerable.Range(0, outputCount).Select(i => new OnnxValue(this, Protos.FreeName(valueNames, outputCount == 1 ? name : $"{name}:{i}")))];
        produced.UnionWith(outputs);
        int last = Array.FindLastIndex(inputs, input => input is not null);
        // Later, as outputs of the file get names of their own.
        nodes.Add(() => Protos.Node(operation, name, inputs.Take(last + 1).Select(input => input?.Name ?? ""), outputs.Select(output => output.Name), attributes));
        if (isConstant)
        {
            constant.UnionWith(outputs);
            twins.Add(key, outputs);
        }

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
        OnnxValue value = AddInitializer(name, type, TensorBytes.OfWeight(tensor, name, mustBeFinite: tensor is Parameter), tensor.shape);
        weights.Add(tensor, value);
        return value;
    }

    /// <summary>A weight computed from a module's parameters, stored once however often the module is called.</summary>
    public OnnxValue DerivedWeight(Tensor tensor, string name)
    {
        string path = Scope.Length == 0 ? name : $"{Scope}.{name}";
        return Constant(OnnxElementType.Float, TensorBytes.OfWeight(tensor, path, mustBeFinite: true), tensor.shape, path);
    }

    public GraphProto Build(string name, IEnumerable<ValueInfoProto> inputs, IEnumerable<ValueInfoProto> outputs, IEnumerable<ValueInfoProto> others) =>
        new() { Name = name, Node = { nodes.Select(node => node()) }, Initializer = { initializers }, Input = { inputs }, Output = { outputs }, ValueInfo = { others } };

    /// <summary>Keeps a name free for an output.</summary>
    public void Reserve(string name) => valueNames.Add(name);

    public bool IsProduced(OnnxValue value) => produced.Contains(value);

    private OnnxValue Constant(OnnxElementType type, byte[] bytes, long[] shape, string name = Protos.ConstantName)
    {
        string key = $"{name}:{type}[{string.Join(',', shape)}]{Convert.ToHexString(SHA256.HashData(bytes))}";
        if (constants.TryGetValue(key, out OnnxValue? known)) return known;

        OnnxValue value = AddInitializer(name, type, bytes, shape);
        constants.Add(key, value);
        return value;
    }

    private OnnxValue AddInitializer(string name, OnnxElementType type, byte[] bytes, long[] shape)
    {
        var value = new OnnxValue(this, Protos.FreeName(valueNames, name));
        initializers.Add(Protos.Tensor(value.Name, (int)type, UnsafeByteOperations.UnsafeWrap(bytes), shape));
        constant.Add(value);
        return value;
    }
}

internal static class TensorBytes
{
    /// <summary>A tensor's bytes in row-major order; floating tensors as float32.</summary>
    public static byte[] Of(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        using Tensor typed = tensor.is_floating_point() ? detached.to_type(ScalarType.Float32) : detached.alias();
        using Tensor local = typed.cpu();
        using Tensor dense = local.contiguous();
        return dense.bytes.ToArray();
    }

    /// <summary>A weight's bytes in row-major order; floating weights as float32.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite, or a buffer holds NaN.</exception>
    public static byte[] OfWeight(Tensor tensor, string name, bool mustBeFinite)
    {
        byte[] bytes = Of(tensor);
        if (!tensor.is_floating_point()) return bytes;
        // A buffer may hold infinities on purpose (attention masks do); a parameter that does has diverged.
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bytes);
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

        return bytes;
    }
}
