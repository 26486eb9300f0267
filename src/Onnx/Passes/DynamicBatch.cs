using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// Frees the first axis of a file whose inputs fix it to 1. That a graph takes more than one row then, and gives each its own values, is for the caller to see: nodes may count on the
/// one in ways that this does not look for.
/// </summary>
internal static class DynamicBatch
{
    private const string Batch = "batch";

    /// <summary>The file with a free first axis; null where it is not one that can be read.</summary>
    public static byte[]? Of(byte[] file)
    {
        try
        {
            ModelProto model = Protos.Parse(new MemoryStream(file), "the file");
            Apply(model.Graph);
            return model.ToByteArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Apply(GraphProto graph)
    {
        HashSet<string> stored = [.. graph.Initializer.Select(tensor => tensor.Name)];
        foreach (ValueInfoProto value in graph.Input.Where(input => !stored.Contains(input.Name)).Concat(graph.Output))
        {
            if (value.Type?.TensorType?.Shape is { Dim: [{ DimValue: 1 } first, ..] })
                first.DimParam = Batch;
        }
        // ONNX Runtime finds these again.
        graph.ValueInfo.Clear();
        FreeReshapes(graph);
    }

    // A Reshape to a stored shape that begins with 1.
    private static void FreeReshapes(GraphProto graph)
    {
        Dictionary<string, TensorProto> constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        foreach (NodeProto node in graph.Node.Where(node => node.OpType == "Constant"))
        {
            if (node.Attribute.FirstOrDefault(attribute => attribute.Name == "value") is { T: { } tensor })
                constants[node.Output[0]] = tensor;
        }
        HashSet<string> names = [.. constants.Keys, .. graph.Node.SelectMany(node => node.Output), .. graph.Input.Select(input => input.Name)];
        foreach (NodeProto node in graph.Node.Where(node => node.OpType == "Reshape" && Protos.IsStandard(node.Domain) && node.Input.Count == 2))
        {
            if (!constants.TryGetValue(node.Input[1], out TensorProto? tensor) || tensor.Integers() is not [1, ..] shape)
                continue;
            // What is left over; where another axis takes that, as many as the value has itself.
            shape[0] = shape.Contains(-1) || shape.AsSpan(1).Contains(0) ? 0 : -1;
            if (shape[0] == 0 && node.Integer("allowzero", 0) != 0)
                continue;
            node.Input[1] = Protos.FreeName(names, $"{tensor.Name}/{Batch}");
            graph.Initializer.Add(Protos.Tensor(node.Input[1], (int)OnnxElementType.Int64, ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(shape)), [shape.Length]));
        }
    }
}
