using System.Runtime.InteropServices;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>A tensor of numbers that an ONNX file stores for a layer: a weight, a bias, running statistics.</summary>
public sealed record OnnxWeights
{
    /// <summary>The tensor's name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The layer that reads it first, as <see cref="OnnxLayer.Name"/> has it.</summary>
    public required string Layer { get; init; }

    /// <summary>That layer's operator, as <see cref="OnnxLayer.Operator"/> has it.</summary>
    public required string Operator { get; init; }

    /// <summary>Which of the layer's inputs it is, from 0: of a convolution 1 is the kernels, 2 the bias.</summary>
    public required int Input { get; init; }

    /// <summary>Type of the stored numbers, such as <c>float32</c>; quantised ones are not multiplied by their scales.</summary>
    public required string ElementType { get; init; }

    /// <summary>Lengths of the axes; of a convolution's kernels [C_out, C_in / groups, height, width].</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The numbers, the last axis first.</summary>
    public required ReadOnlyMemory<float> Values { get; init; }

    /// <summary>Reads the tensors of a file's main graph that layers read, in the order of the layers. Whole numbers but quantised weights, sizes, limits and scalars are left out, and so are weights in files of their own.</summary>
    /// <param name="onnx">The file's bytes, to the end.</param>
    /// <exception cref="InvalidDataException">They are no ONNX file's.</exception>
    public static IReadOnlyList<OnnxWeights> Read(Stream onnx)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        GraphProto graph = Protos.Parse(onnx, "the stream").Graph;
        // What a value is a copy of: files keep weights in half the bytes, or in eight bits.
        Dictionary<string, TensorProto> stored = [];
        foreach (TensorProto tensor in graph.Initializer) stored[tensor.Name] = tensor;
        List<OnnxWeights> found = [];
        HashSet<TensorProto> told = new(ReferenceEqualityComparer.Instance);
        foreach (NodeProto node in graph.Node)
        {
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(attribute => attribute.T is not null) is { } constant && node.Output.Count > 0)
                stored[node.Output[0]] = constant.T;
            else if (node.OpType is "Cast" or "Identity" or "DequantizeLinear" && node.Output.Count > 0 && node.Input.Count > 0 && stored.TryGetValue(node.Input[0], out TensorProto? copied))
                stored[node.Output[0]] = copied;
            else
                found.AddRange(Of(node, stored, told));
        }
        return found;
    }

    private static IEnumerable<OnnxWeights> Of(NodeProto node, Dictionary<string, TensorProto> stored, HashSet<TensorProto> told)
    {
        for (int input = 0; input < node.Input.Count; input++)
        {
            // Running statistics are settings to those who count parameters, and numbers worth seeing here.
            if (!stored.TryGetValue(node.Input[input], out TensorProto? tensor) || tensor.Dims.Count == 0 || (Operators.IsSetting(node.OpType, input) && node.OpType != "BatchNormalization")
                || Numbers(tensor) is not { Length: > 1 } values || values.Length != TensorElements.CountOf(tensor) || !told.Add(tensor))
                continue;
            yield return new()
            {
                Name = tensor.Name.Length > 0 ? tensor.Name : node.Input[input],
                Layer = LayerReader.NameOf(node),
                Operator = node.FullOperator(),
                Input = input,
                ElementType = TensorElements.NameOf(tensor.DataType),
                Shape = [.. tensor.Dims],
                Values = values,
            };
        }
    }

    // Null where they are of another type.
    private static float[]? Numbers(TensorProto tensor) => TensorElements.NameOf(tensor.DataType) switch
    {
        "float32" => tensor.Floats(),
        "float16" => tensor.Int32Data.Count > 0 ? [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))]
            : [.. MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray().Select(value => (float)value)],
        "float64" => tensor.DoubleData.Count > 0 ? [.. tensor.DoubleData.Select(value => (float)value)] : [.. MemoryMarshal.Cast<byte, double>(tensor.RawData.Span).ToArray().Select(value => (float)value)],
        "int8" => tensor.Int32Data.Count > 0 ? [.. tensor.Int32Data.Select(value => (float)value)] : [.. tensor.RawData.Select(value => (float)(sbyte)value)],
        "uint8" => tensor.Int32Data.Count > 0 ? [.. tensor.Int32Data.Select(value => (float)value)] : [.. tensor.RawData.Select(value => (float)value)],
        _ => null,
    };
}
