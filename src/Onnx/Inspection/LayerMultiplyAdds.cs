using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Multiply-adds by operator; the rules are documented at <see cref="OnnxLayer.MultiplyAdds"/>.</summary>
internal static class LayerMultiplyAdds
{
    public static long? Of(NodeProto node, ShapeTable shapes) => node.OpType switch
    {
        "Conv" or "FusedConv" or "ConvInteger" => Convolution(node, shapes, weight: 1, bias: node.OpType == "ConvInteger" ? -1 : 2),
        "QLinearConv" => Convolution(node, shapes, weight: 3, bias: 8),
        "ConvTranspose" => Transposed(node, shapes),
        "Gemm" or "FusedGemm" => General(node, shapes),
        "MatMul" or "FusedMatMul" or "MatMulInteger" or "QLinearMatMul" => Product(node, shapes),
        "LSTM" or "GRU" or "RNN" => Recurrent(node, shapes),
        "Einsum" => Einsum(node, shapes),
        _ => 0,
    };

    // Output positions, times the numbers in the kernels and biases. The weights are [C_out, C_in / groups, ...].
    private static long? Convolution(NodeProto node, ShapeTable shapes, int weight, int bias)
    {
        if (Output(node, shapes) is not [_, > 0, ..] output || Input(node, shapes, weight) is not { } kernel) return null;
        long perPosition = TensorElements.CountOf(kernel) + (HasInput(node, bias) ? output[1] : 0);
        return TensorElements.CountOf(output) / output[1] * perPosition;
    }

    private static long? Transposed(NodeProto node, ShapeTable shapes)
    {
        if (Input(node, shapes, 0) is not [_, > 0, ..] input || Input(node, shapes, 1) is not { } kernel || Output(node, shapes) is not { } output) return null;
        return (TensorElements.CountOf(input) / input[1] * TensorElements.CountOf(kernel)) + (HasInput(node, 2) ? TensorElements.CountOf(output) : 0);
    }

    private static long? General(NodeProto node, ShapeTable shapes)
    {
        if (Output(node, shapes) is not { } output || Input(node, shapes, 0) is not [_, _] left) return null;
        return TensorElements.CountOf(output) * (left[node.Integer("transA", 0) != 0 ? 0 : 1] + (HasInput(node, 2) ? 1 : 0));
    }

    private static long? Product(NodeProto node, ShapeTable shapes) =>
        Output(node, shapes) is { } output && Input(node, shapes, 0) is [.., var inner] ? TensorElements.CountOf(output) * inner : null;

    // Steps × batch × the numbers that every step multiplies: W, R and the biases B of all directions.
    private static long? Recurrent(NodeProto node, ShapeTable shapes)
    {
        if (Input(node, shapes, 0) is not [var steps, var batch, _] || Input(node, shapes, 1) is not { } w || Input(node, shapes, 2) is not { } r) return null;
        long? biases = HasInput(node, 3) ? Input(node, shapes, 3) is { } b ? TensorElements.CountOf(b) : null : 0;
        return steps * batch * (TensorElements.CountOf(w) + TensorElements.CountOf(r) + biases);
    }

    // The lengths of all letters multiplied, for two operands; an ellipsis hides its letters.
    private static long? Einsum(NodeProto node, ShapeTable shapes)
    {
        string[] operands = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal).Split("->")[0].Split(',');
        if (node.Input.Count < 2) return 0;
        var lengths = new Dictionary<char, long>();
        for (int i = 0; i < node.Input.Count; i++)
        {
            if (i >= operands.Length || Input(node, shapes, i) is not { } shape || shape.Length != operands[i].Length || operands[i].Contains('.', StringComparison.Ordinal)) return null;
            for (int axis = 0; axis < shape.Length; axis++) lengths[operands[i][axis]] = shape[axis];
        }

        return TensorElements.CountOf(lengths.Values) * (node.Input.Count - 1);
    }

    private static bool HasInput(NodeProto node, int index) => index >= 0 && index < node.Input.Count && node.Input[index].Length > 0;

    private static long[]? Input(NodeProto node, ShapeTable shapes, int index) => HasInput(node, index) ? shapes.Of(node.Input[index]) : null;

    private static long[]? Output(NodeProto node, ShapeTable shapes) => node.Output.Count > 0 ? shapes.Of(node.Output[0]) : null;
}
