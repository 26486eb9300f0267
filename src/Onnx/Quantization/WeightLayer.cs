using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>A layer with stored float32 weights, which can be quantised.</summary>
/// <param name="Node">Conv, Gemm or MatMul.</param>
/// <param name="Weight">Its weights.</param>
/// <param name="Values">Their numbers.</param>
/// <param name="Axis">The axis of the weights that counts what the layer gives.</param>
/// <param name="Bias">What it adds, one number for each; null where it adds nothing.</param>
internal sealed record WeightLayer(NodeProto Node, TensorProto Weight, float[] Values, int Axis, float[]? Bias)
{
    public string Name => Node.Label();

    /// <summary>What the layer reads.</summary>
    public string Input => Node.Input[0];

    /// <summary>How many channels it gives.</summary>
    public int Channels => (int)Weight.Dims[Axis];

    public static IReadOnlyList<WeightLayer> Of(GraphProto graph)
    {
        Dictionary<string, TensorProto> stored = graph.Initializer.ToDictionary(tensor => tensor.Name);
        return [.. graph.Node.Where(node => Protos.IsStandard(node.Domain)).Select(node => Of(node, stored)).OfType<WeightLayer>()];
    }

    /// <summary>The largest magnitude of each channel's weights.</summary>
    public float[] Largest()
    {
        float[] largest = new float[Channels];
        EachRun((channel, start, length) =>
        {
            foreach (float weight in Values.AsSpan(start, length)) largest[channel] = Math.Max(largest[channel], Math.Abs(weight));
        });
        return largest;
    }

    /// <summary>The weights as whole numbers, each channel's in steps of its own.</summary>
    /// <param name="scales">A channel's step.</param>
    /// <param name="limit">The largest magnitude of a whole number.</param>
    public sbyte[] Rounded(float[] scales, int limit)
    {
        sbyte[] whole = new sbyte[Values.Length];
        EachRun((channel, start, length) =>
        {
            for (int i = start; i < start + length; i++) whole[i] = (sbyte)Math.Clamp(MathF.Round(Values[i] / scales[channel], MidpointRounding.ToEven), -limit, limit);
        });
        return whole;
    }

    // The weights of a channel that lie beside each other.
    private void EachRun(Action<int, int, int> use)
    {
        int length = 1;
        for (int axis = Axis + 1; axis < Weight.Dims.Count; axis++) length *= (int)Weight.Dims[axis];
        for (int start = 0, channel = 0; start < Values.Length; start += length, channel = (channel + 1) % Channels) use(channel, start, length);
    }

    private static WeightLayer? Of(NodeProto node, Dictionary<string, TensorProto> stored)
    {
        if (node.Input.Count < 2 || stored.ContainsKey(node.Input[0]) || !stored.TryGetValue(node.Input[1], out TensorProto? weight) || weight.Floats() is not { Length: > 0 } values)
            return null;
        int? axis = (node.OpType, weight.Dims.Count) switch
        {
            ("Conv", >= 3) => 0,
            ("MatMul", 2) => 1,
            ("Gemm", 2) when node.Integer("transA", 0) == 0 && node.Number("alpha", 1) == 1 && node.Number("beta", 1) == 1 => node.Integer("transB", 0) == 1 ? 0 : 1,
            _ => null,
        };
        if (axis is not { } channels)
            return null;
        if (node.Input.Count < 3 || node.Input[2].Length == 0)
            return new WeightLayer(node, weight, values, channels, null);
        return stored.TryGetValue(node.Input[2], out TensorProto? bias) && bias.Floats() is { } summands && summands.Length == weight.Dims[channels]
            ? new WeightLayer(node, weight, values, channels, summands) : null;
    }
}
