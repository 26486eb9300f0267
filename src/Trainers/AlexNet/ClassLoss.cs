using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Cross-entropy of the right class, with smoothed labels and classes that weigh more or less, in nats.</summary>
internal sealed class ClassLoss(double labelSmoothing, Tensor? weights) : IDisposable
{
    /// <summary>Mean over a batch, weighed by the rows' classes. Logits [N, classes], classes int64 [N].</summary>
    public Tensor Of(Tensor logits, Tensor classes) => functional.cross_entropy(logits, classes, weight: weights, label_smoothing: labelSmoothing);

    /// <summary>
    /// One weight a class, in float32: rows / (classes · rows of the class) where they are balanced (a class without rows counts 1), times those given by name.
    /// </summary>
    /// <returns>Null where all are alike.</returns>
    /// <exception cref="ArgumentException">A name is no class.</exception>
    public static float[]? Weights(IReadOnlyList<string> names, IReadOnlyList<long> rows, bool balance, IReadOnlyDictionary<string, double>? named)
    {
        if (named?.Keys.Except(names).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"ClassWeights names '{unknown}', which is no class; the classes are {string.Join(", ", names.Take(20).Select(n => $"'{n}'"))}.");
        if (!balance && (named is null || named.Count == 0))
            return null;
        double total = rows.Sum();
        return [.. names.Select((name, i) => (float)((balance && rows[i] > 0 ? total / (names.Count * rows[i]) : 1) * (named?.GetValueOrDefault(name, 1) ?? 1)))];
    }

    public void Dispose() => weights?.Dispose();
}

/// <summary>Loss and hits of the rows so far.</summary>
internal sealed class ClassTally
{
    private const int Top = 5;

    private double loss;
    private long rows, first, top;

    public bool IsFinite => double.IsFinite(loss);

    /// <summary>A batch's mean loss, its logits [N, classes] and its classes [N].</summary>
    public void Add(Tensor meanLoss, Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        long count = classes.shape[0];
        int k = (int)Math.Min(Top, logits.shape[1]);
        Tensor hits = logits.detach().topk(k, dim: 1).indexes.eq(classes.unsqueeze(1));
        loss += meanLoss.detach().to_type(ScalarType.Float32).item<float>() * count;
        rows += count;
        first += hits.narrow(1, 0, 1).sum().item<long>();
        top += hits.sum().item<long>();
    }

    public AlexNetMetrics ToMetrics(int classes) => new(loss / rows, (double)first / rows, classes > Top ? (double)top / rows : null);
}
