using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

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
            string name = Protos.FreeName(names, $"{tensor.Name}/float");
            wide.Add(tensor.Name, name);
            tensor.DataType = (int)TensorProto.Types.DataType.Float16;
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            casts.Add(Protos.Node("Cast", $"{tensor.Name}/Cast", [tensor.Name], [name], ("to", (long)OnnxElementType.Float)));
        }

        foreach (NodeProto node in graph.Node) node.Input.Become(node.Input.Select(name => wide.GetValueOrDefault(name, name)));
        graph.Node.Become([.. casts, .. graph.Node]);
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
}
