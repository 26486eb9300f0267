using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

/// <summary>
/// Finds what an attention layer does not tell, its number of heads and whether it adds a key of zeros, by comparing its
/// own attention weights on a small input with those that each number of heads would give.
/// </summary>
internal sealed class AttentionHeads
{
    private const long Queries = 4, Keys = 5;

    // The weights are means of probabilities; another number of heads is off by hundredths.
    private const double Tolerance = 1e-5;

    private readonly MultiheadAttention layer;
    private readonly AttentionWeights weights;

    private AttentionHeads(MultiheadAttention layer, AttentionWeights weights) => (this.layer, this.weights) = (layer, weights);

    public static ConditionalWeakTable<MultiheadAttention, StatedHeads> Stated { get; } = [];

    /// <exception cref="NotSupportedException">No number of heads, or several, explain what the layer computes.</exception>
    /// <exception cref="ArgumentException">The number that was stated does not explain it.</exception>
    public static (long Heads, bool AddsZeroKey) Find(MultiheadAttention layer, AttentionWeights weights, string path)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return new AttentionHeads(layer, weights).Find(path);
    }

    private (long Heads, bool AddsZeroKey) Find(string path)
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
