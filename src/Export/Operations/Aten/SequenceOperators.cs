using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Attention and recurrent networks.</summary>
internal static class SequenceOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("scaled_dot_product_attention", Attention),
        ("lstm gru rnn_tanh rnn_relu", Recurrent),
        ("lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell", Cell),
    ];

    private static OnnxValue Attention(OperationCall c)
    {
        TracedValue query = c.Input, key = c.Tensor(1);
        if (c[4] is double dropout && dropout != 0) throw c.Refuse("has dropout: set it to 0 in evaluation");
        if (c.Flag(7)) throw c.Refuse("shares keys among queries (enable_gqa): repeat them");
        double scale = c[6] is null ? 1 / Math.Sqrt(query.Shape[^1]) : c.Number(6);
        long[] swapped = [.. Enumerable.Range(0, key.Rank - 2).Select(axis => (long)axis), key.Rank - 1, key.Rank - 2];
        OnnxValue scores = query.X.Node("MatMul", key.X.Transpose(swapped)) * scale;
        if (c.Flag(5))
        {
            OnnxValue all = c.As(double.NegativeInfinity, "Float").Node("Expand", scores.Shape().Slice(0, -2));
            c.RequireOpset(14);
            // 0 on and below the diagonal: Trilu keeps what is above it.
            scores += c.Node("Trilu", [all, c.As(1L, "Long")], ("upper", 1));
        }

        if (c.OptionalTensor(3) is { } mask)
            scores += mask.Type == "Bool" ? c.Node("Where", [mask.X, c.As(0.0, "Float"), c.As(double.NegativeInfinity, "Float")]) : mask.X;
        OnnxValue weights = scores.Node("Softmax", ("axis", -1));
        // Of a row that is masked altogether libtorch takes nothing, and not NaN.
        if (c.OptionalTensor(3) is not null)
            weights = c.Node("Where", [scores.ReduceMax([-1]).Node("Equal", c.As(double.NegativeInfinity, "Float")), c.As(0.0, "Float"), weights]);
        return weights.Node("MatMul", c.Tensor(2).X);
    }

    private static OnnxValue[] Recurrent(OperationCall c)
    {
        // libtorch's order of gates, as ONNX wants it: input, output, forget, cell; update, reset, hidden.
        (string operation, int[] gates) = c.Name[..3] switch { "lst" => ("LSTM", (int[])[0, 3, 1, 2]), "gru" => ("GRU", [1, 0, 2]), _ => ("RNN", [0]) };
        bool isLstm = operation == "LSTM";
        TracedValue[] states = isLstm ? c.Tensors(1) : c[1] is null ? [] : [c.Tensor(1)], weights = c.Tensors(2);
        bool hasBias = c.Flag(3), bidirectional = c.Flag(7), batchFirst = c.Flag(8);
        if (c.Flag(6) && c.Number(5) > 0) throw c.Refuse("is in training mode, with dropout: call eval()");
        long layers = c.Whole(4), hidden = weights[1].Shape[1];
        int directions = bidirectional ? 2 : 1, perLayer = hasBias ? 4 : 2;
        if (weights.Length != layers * directions * perLayer || weights[1].Shape[0] != gates.Length * hidden)
            throw c.Refuse($"has a 'weight_hh_l0' of [{string.Join(", ", weights[1].Shape)}], not [{gates.Length * hidden}, {hidden}]: layers with projections (proj_size) have no ONNX form");
        OnnxValue x = batchFirst ? c.X.Transpose(1, 0, 2) : c.X;
        List<OnnxValue>[] last = [[], []];
        for (int layer = 0; layer < layers; layer++)
        {
            int first = layer * directions * perLayer;
            OnnxValue Ordered(int weight) => c.Concat(0, [.. gates.Select(gate => weights[weight].X.Slice(0, gate * hidden, (gate + 1) * hidden))]);
            OnnxValue Both(Func<int, OnnxValue> write) => c.Concat(0, [.. Enumerable.Range(0, directions).Select(direction => c.Unsqueeze(write(first + direction * perLayer), 0))]);
            OnnxValue State(TracedValue state) => layers == 1 ? state.X : state.X.Slice(0, layer * directions, (layer + 1) * directions);
            List<(string, OnnxAttributeValue)> attributes = [("hidden_size", hidden), ("direction", bidirectional ? "bidirectional" : "forward")];
            if (operation == "GRU") attributes.Add(("linear_before_reset", 1));
            if (c.Name.StartsWith("rnn_relu", StringComparison.Ordinal)) attributes.Add(("activations", (string[])[.. Enumerable.Repeat("Relu", directions)]));
            // A state left out is zero for any batch.
            OnnxValue[] results = c.Graph.Nodes(operation,
            [
                x, Both(Ordered), Both(at => Ordered(at + 1)), hasBias ? Both(at => c.Concat(0, Ordered(at + 2), Ordered(at + 3))) : null, null, .. states.Select(State),
            ], isLstm ? 3 : 2, [.. attributes]);
            for (int state = 1; state < results.Length; state++) last[state - 1].Add(results[state]);
            // [time, direction, batch, hidden] → [time, batch, direction · hidden], or with the batch first.
            bool swap = batchFirst && layer == layers - 1;
            x = directions == 1
                ? swap ? c.Squeeze(results[0], 1).Transpose(1, 0, 2) : c.Squeeze(results[0], 1)
                : (swap ? results[0].Transpose(2, 0, 1, 3) : results[0].Transpose(0, 2, 1, 3)).Reshape(0, 0, directions * hidden);
        }

        return [x, .. last.Take(isLstm ? 2 : 1).Select(states => c.Concat(0, [.. states]))];
    }

    // One step of a layer. The weights stand after the state.
    private static object Cell(OperationCall c)
    {
        TracedValue Step(TracedValue value) => value with { X = c.Unsqueeze(value.X, 0), Shape = [1, .. value.Shape], Varies = [false, .. value.Varies] };
        bool isLstm = c.Name == "lstm_cell", hasBias = c[4] is not null;
        object? state = isLstm ? c.Tensors(1).Select(Step).ToArray<object?>() : Step(c.Tensor(1));
        object?[] weights = hasBias ? [c[2], c[3], c[4], c[5]] : [c[2], c[3]];
        OnnxValue[] states = [.. Recurrent(c.With([Step(c.Input), state, weights, hasBias, 1L, 0.0, false, false, false])).Skip(1).Select(last => c.Squeeze(last, 0))];
        return isLstm ? states : states[0];
    }
}
