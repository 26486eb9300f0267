using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Stores kernels and matrices as float16, each behind a Cast to the float32 that the nodes compute with.</summary>
internal static class HalfWeights
{
    public static void Apply(GraphProto graph)
    {
        var names = graph.Initializer.Select(tensor => tensor.Name).Concat(graph.Input.Select(input => input.Name))
            .Concat(graph.Node.SelectMany(node => node.Output)).ToHashSet();
        var wide = new Dictionary<string, string>();
        var casts = new List<NodeProto>();
        foreach (TensorProto tensor in graph.Initializer)
        {
            // Vectors, also those along one of several axes, are biases, statistics and scales of pixels: small, and sensitive.
            if (tensor.DataType != (int)OnnxElementType.Float || tensor.Dims.Count(length => length > 1) < 2) continue;
            if (Halves(MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)) is not { } bytes) continue;
            string name = Free(names, $"{tensor.Name}/float");
            wide.Add(tensor.Name, name);
            tensor.DataType = (int)TensorProto.Types.DataType.Float16;
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            casts.Add(Cast(tensor.Name, name));
        }

        foreach (NodeProto node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                if (wide.TryGetValue(node.Input[i], out string? name)) node.Input[i] = name;
            }
        }

        NodeProto[] nodes = [.. casts, .. graph.Node];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    // Null when a weight is beyond float16's range.
    private static byte[]? Halves(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(ushort)];
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (!Half.IsFinite(halves[i]) && float.IsFinite(values[i])) return null;
        }

        return bytes;
    }

    private static NodeProto Cast(string from, string to)
    {
        var node = new NodeProto { OpType = "Cast", Name = $"{from}/Cast" };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.Add(((OnnxAttributeValue)(long)OnnxElementType.Float).Named("to"));
        return node;
    }

    private static string Free(HashSet<string> taken, string wanted)
    {
        string name = wanted;
        for (int i = 1; !taken.Add(name); i++) name = $"{wanted}_{i}";
        return name;
    }
}
