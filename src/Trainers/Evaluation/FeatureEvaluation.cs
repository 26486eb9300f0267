using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>All metrics of two sets of features.</summary>
internal static class FeatureEvaluation
{
    /// <summary>Of features [n, d] and [m, d] in float64.</summary>
    public static GenerativeMetrics Evaluate(Tensor a, Tensor b, string description)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (a.shape[1] != b.shape[1])
        {
            throw new ArgumentException($"there are {a.shape[1]} features in the real rows and {b.shape[1]} in the generated ones ({description}): "
                + "both must come from the same extractor.");
        }
        (double kernel, double error) = KernelDistance.Between(a, b);
        ManifoldMetrics manifold = ManifoldMetrics.Between(a, b);
        return new GenerativeMetrics
        {
            FrechetDistance = FrechetDistance.Between(FeatureStatistics.Of(a), FeatureStatistics.Of(b)),
            KernelDistance = kernel,
            KernelDistanceStandardError = error,
            Precision = manifold.Precision,
            Recall = manifold.Recall,
            Density = manifold.Density,
            Coverage = manifold.Coverage,
            RealCount = (int)a.shape[0],
            GeneratedCount = (int)b.shape[0],
            FeatureCount = (int)a.shape[1],
            Features = description,
        };
    }

    /// <summary>Says all that is known against the figures, at once.</summary>
    public static void Warn(MLContext context, GenerativeMetrics metrics)
    {
        if (metrics.Caveats is { Count: > 0 } caveats)
            HostLog.Warning(context, "Evaluate", $"figures to read with care. {string.Join("; ", caveats)}. The kernel distance hardly depends on the number of rows.");
    }
}
