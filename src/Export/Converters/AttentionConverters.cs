using System.Runtime.CompilerServices;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
        (long heads, bool addsZeroKey) = new AttentionHeads(layer, weights).Find(call.Path);
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

/// <summary>
/// Finds what an attention layer does not tell, its number of heads and whether it adds a key of zeros, by comparing its
/// own attention weights on a small input with those that each number of heads would give.
/// </summary>
internal sealed class AttentionHeads(MultiheadAttention layer, AttentionWeights weights)
{
    private const long Queries = 4, Keys = 5;

    // The weights are means of probabilities; another number of heads is off by hundredths.
    private const double Tolerance = 1e-5;

    public static ConditionalWeakTable<MultiheadAttention, StatedHeads> Stated { get; } = [];

    /// <exception cref="NotSupportedException">No number of heads, or several, explain what the layer computes.</exception>
    /// <exception cref="ArgumentException">The number that was stated does not explain it.</exception>
    public (long Heads, bool AddsZeroKey) Find(string path)
    {
        // Scores of about 1: with smaller ones every head would look away from nothing, with greater ones at one key only.
        double spread = Scores(Probe(1), heads: 1).std().to_type(ScalarType.Float32).item<float>();
        (Tensor query, Tensor key) probe = Probe(spread > 0 && double.IsFinite(spread) ? Math.Clamp(1 / Math.Sqrt(spread), 1e-3, 1e3) : 1);
        Tensor value = ProbeInput.Like(weights.Output, 1, Keys, 1, weights.Value.shape[1]);
        Tensor actual = layer.forward(probe.query, probe.key, value, null, true, null).Item2[0];
        bool addsZeroKey = actual.shape[1] == Keys + (weights.AddedKey is null ? 0 : 1) + 1;

        long[] candidates = [.. Range(weights.Size).Where(heads => weights.Size % heads == 0)];
        long[] matches = [.. candidates.Where(heads => Explains(heads, probe, addsZeroKey, actual))];
        if (Stated.TryGetValue(layer, out StatedHeads? stated))
        {
            if (matches.Contains(stated.Count)) return (stated.Count, addsZeroKey);
            throw new ArgumentException(
                $"'{path}' (MultiheadAttention) was said to have {stated.Count} heads, but computes as {(matches.Length == 0 ? "no number of heads would" : $"{string.Join(" or ", matches)} would")}.");
        }

        if (matches.Length == 1 || (matches.Length > 1 && ScoresAreAlwaysZero)) return (matches[0], addsZeroKey);
        throw new NotSupportedException(matches.Length == 0
            ? $"'{path}' (MultiheadAttention) does not compute as PyTorch's layer does, whatever its number of heads; register a converter for it."
            : $"'{path}' (MultiheadAttention) computes alike with {string.Join(", ", matches)} heads on a small input. Say how many it has: " +
              "OnnxConverters.Describe(attention, heads: n).");
    }

    // Then the heads do not matter, whatever the input.
    private bool ScoresAreAlwaysZero => IsZero(weights.Query, weights.QueryBias) || IsZero(weights.Key, weights.KeyBias);

    private bool Explains(long heads, (Tensor, Tensor) probe, bool addsZeroKey, Tensor actual)
    {
        using var scope = NewDisposeScope();
        Tensor scores = Scores(probe, heads);
        if (addsZeroKey) scores = cat([scores, zeros([heads, Queries, 1], dtype: scores.dtype, device: scores.device)], 2);
        return (softmax(scores, 2).mean([0]) - actual).abs().max().to_type(ScalarType.Float32).item<float>() <= Tolerance;
    }

    // [heads, queries, keys]
    private Tensor Scores((Tensor Query, Tensor Key) probe, long heads)
    {
        long size = weights.Size / heads;
        Tensor q = functional.linear(probe.Query, weights.Query, weights.QueryBias).reshape(Queries, heads, size).transpose(0, 1);
        Tensor k = functional.linear(probe.Key, weights.Key, weights.KeyBias).reshape(Keys, weights.Size);
        if (weights.AddedKey is not null) k = cat([k, weights.AddedKey.reshape(1, weights.Size)]);
        return q.matmul(k.reshape(-1, heads, size).permute(1, 2, 0)) / Math.Sqrt(size);
    }

    private (Tensor Query, Tensor Key) Probe(double scale) =>
        (ProbeInput.Like(weights.Output, scale, Queries, 1, weights.Size), ProbeInput.Like(weights.Output, scale, Keys, 1, weights.Key.shape[1]));

    private static bool IsZero(Tensor weight, Tensor? bias) => weight.count_nonzero().item<long>() == 0 && (bias is null || bias.count_nonzero().item<long>() == 0);

    private static IEnumerable<long> Range(long last)
    {
        for (long i = 1; i <= last; i++) yield return i;
    }

    internal sealed record StatedHeads(int Count);
}

/// <summary>The parameters of an attention layer by what they do. Query, key and value have their matrices in one, or each its own.</summary>
internal sealed class AttentionWeights
{
    private readonly Dictionary<string, Parameter> parameters;

    public AttentionWeights(MultiheadAttention layer)
    {
        parameters = layer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Size = Output.shape[0];
    }

    /// <summary>Features of the query, of the output, and of all heads together.</summary>
    public long Size { get; }

    public Tensor Query => Part("q_proj_weight", 0);

    public Tensor Key => Part("k_proj_weight", 1);

    public Tensor Value => Part("v_proj_weight", 2);

    public Tensor? QueryBias => BiasPart(0);

    public Tensor? KeyBias => BiasPart(1);

    public Tensor? ValueBias => BiasPart(2);

    public Parameter Output => parameters["out_proj.weight"];

    public Parameter? OutputBias => parameters.GetValueOrDefault("out_proj.bias");

    /// <summary>A key that every query sees besides those given: [1, 1, size]; null without <c>add_bias_kv</c>.</summary>
    public Parameter? AddedKey => parameters.GetValueOrDefault("bias_k");

    public Parameter? AddedValue => parameters.GetValueOrDefault("bias_v");

    private Tensor Part(string own, int index) =>
        parameters.TryGetValue(own, out Parameter? weight) ? weight : parameters["in_proj_weight"].narrow(0, index * Size, Size);

    private Tensor? BiasPart(int index) =>
        parameters.TryGetValue("in_proj_bias", out Parameter? bias) ? bias.narrow(0, index * Size, Size) : null;
}
