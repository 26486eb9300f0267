using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

/// <summary>
/// Multi-head attention (Vaswani et al. 2017, section 3.2): softmax(Q·Kᵀ / √d + mask)·V for every head, the heads side by
/// side through one more matrix. TorchSharp's layer takes [length, batch, features].
/// </summary>
internal static class AttentionConverters
{
    private const int PaddingMask = 3, AttentionMask = 4;

    public static Converter[] All { get; } = [Converter.For<MultiheadAttention>(Write)];

    private static void Write(MultiheadAttention layer, OnnxCall call)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weights = new AttentionWeights(layer);
        (long heads, bool addsZeroKey) = AttentionHeads.Find(layer, weights, call.Path);
        long headSize = weights.Size / heads;
        double scale = 1 / Math.Sqrt(headSize);

        OnnxValue q = Project(call, 0, weights.Query * scale, weights.QueryBias is { } bias ? bias * scale : null, "query");
        OnnxValue k = Project(call, 1, weights.Key, weights.KeyBias, "key");
        OnnxValue v = Project(call, 2, weights.Value, weights.ValueBias, "value");
        if (weights.AddedKey is not null) (k, v) = (Append(call, k, weights.AddedKey), Append(call, v, weights.AddedValue!));
        if (addsZeroKey) (k, v) = (AppendZero(call, k), AppendZero(call, v));
        long addedKeys = (weights.AddedKey is null ? 0 : 1) + (addsZeroKey ? 1 : 0);

        // [batch, heads, queries, keys]
        OnnxValue scores = Split(q).Transpose(1, 2, 0, 3).Node("MatMul", Split(k).Transpose(1, 2, 3, 0));
        if (call.HasInput(AttentionMask)) scores += Mask(call, addedKeys);
        if (call.HasInput(PaddingMask)) scores += Padding(call, addedKeys);
        OnnxValue attention = scores.Node("Softmax", ("axis", -1));

        OnnxValue mixed = attention.Node("MatMul", Split(v).Transpose(1, 2, 0, 3)).Transpose(2, 0, 1, 3).Reshape(0, 0, weights.Size);
        OnnxValue output = mixed.Node("MatMul", call.DerivedWeight(weights.Output.t(), "output_weight"));
        call.SetOutput(weights.OutputBias is null ? output : output + call.Weight(weights.OutputBias));
        if (call.OutputCount > 1) call.SetOutput(attention.ReduceMean([1], keepDimensions: false), 1);

        OnnxValue Split(OnnxValue x) => x.Reshape(0, 0, heads, headSize);
    }

    private static OnnxValue Project(OnnxCall call, int input, Tensor weight, Tensor? bias, string name)
    {
        OnnxValue product = call.Input(input).Node("MatMul", call.DerivedWeight(weight.t(), $"{name}_weight"));
        return bias is null ? product : product + call.DerivedWeight(bias, $"{name}_bias");
    }

    // The same learnt row for every sample of the batch, whose size a row of the keys has.
    private static OnnxValue Append(OnnxCall call, OnnxValue rows, Parameter row) =>
        call.Concat(0, rows, call.Weight(row).Node("Expand", rows.Slice(0, 0, 1).Shape()));

    private static OnnxValue AppendZero(OnnxCall call, OnnxValue rows) => rows.Node("Pad", call.Constant([0, 0, 0, 1, 0, 0]));

    // [queries, keys], added to the scores as it is: PyTorch's layer adds 1 for true in a mask of truth values.
    private static OnnxValue Mask(OnnxCall call, long addedKeys)
    {
        TracedValue mask = call.Traced(AttentionMask)!;
        return Widen(call, mask.Type == "Float" ? mask.X : mask.X.Cast(OnnxElementType.Float), addedKeys);
    }

    // [batch, keys], true for keys that no query may see.
    private static OnnxValue Padding(OnnxCall call, long addedKeys)
    {
        OnnxValue hidden = call.Node("Where", [call.Input(PaddingMask), call.Constant(double.NegativeInfinity), call.Constant(0.0)]);
        return Widen(call, hidden, addedKeys).Node("Unsqueeze", call.Constant([1, 2]));
    }

    // Added keys are never masked.
    private static OnnxValue Widen(OnnxCall call, OnnxValue mask, long addedKeys) =>
        addedKeys == 0 ? mask : mask.Node("Pad", call.Constant([0, 0, 0, addedKeys]));
}
