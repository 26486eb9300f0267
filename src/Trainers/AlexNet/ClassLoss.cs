using TorchSharp;
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

    public int Batches { get; private set; }

    /// <summary>A batch's mean loss, its logits [N, classes] and its classes [N].</summary>
    public void Add(Tensor meanLoss, Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Add([.. Of(meanLoss, logits, classes).Select(number => number.ToDouble())], classes.shape[0]);
    }

    /// <summary>What a batch adds to the tally, on the device: its mean loss, and how many rows have the right class first and among the first five.</summary>
    public static IReadOnlyList<Tensor> Of(Tensor meanLoss, Tensor logits, Tensor classes)
    {
        using var noGradient = no_grad();
        int k = (int)Math.Min(Top, logits.shape[1]);
        Tensor hits = logits.topk(k, dim: 1).indexes.eq(classes.unsqueeze(1)).to_type(ScalarType.Float32);
        return [meanLoss.detach().to_type(ScalarType.Float32), hits.narrow(1, 0, 1).sum(), hits.sum()];
    }

    /// <summary>The same, read.</summary>
    /// <returns>Whether the loss is a number.</returns>
    public bool Add(IReadOnlyList<double> numbers, long count)
    {
        Batches++;
        loss += numbers[0] * count;
        rows += count;
        first += (long)numbers[1];
        top += (long)numbers[2];
        return double.IsFinite(loss);
    }

    public AlexNetMetrics ToMetrics(int classes) => new(loss / rows, (double)first / rows, classes > Top ? (double)top / rows : null);
}

/// <summary>The rate of every step. It follows from the figures of the finished epochs, so that a checkpoint needs no more than these.</summary>
internal static class LearningRates
{
    private const double PlateauFactor = 0.1;

    // A tenth of a tenth of a tenth: the paper lowered it three times.
    private const int MostDrops = 3;

    public static double At(AlexNetRecipe recipe, IReadOnlyList<double> errors, long step, long steps) => recipe.Schedule switch
    {
        AlexNetSchedule.OneCycle => LearningRateSchedule.OneCycle.At(recipe.LearningRate, step, steps),
        AlexNetSchedule.Plateau => recipe.LearningRate * Math.Pow(PlateauFactor, Drops(errors, recipe.Patience)),
        _ => recipe.LearningRate,
    };

    /// <summary>How often the error went <paramref name="patience"/> epochs without falling below its least before; at most three times.</summary>
    public static int Drops(IReadOnlyList<double> errors, int patience)
    {
        int drops = 0, waited = 0;
        double least = double.PositiveInfinity;
        foreach (double error in errors)
        {
            if (error < least)
                (least, waited) = (error, 0);
            else if (++waited == patience)
                (drops, waited) = (Math.Min(drops + 1, MostDrops), 0);
        }
        return drops;
    }
}
