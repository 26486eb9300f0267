using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>All metrics of two sets of features.</summary>
internal static class FeatureEvaluation
{
    /// <summary>Of features [n, d] and [m, d] in float64.</summary>
    public static GenerativeMetrics Evaluate(MLContext context, Tensor a, Tensor b, string description)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (a.shape[1] != b.shape[1])
        {
            throw new ArgumentException($"there are {a.shape[1]} features in the real rows and {b.shape[1]} in the generated ones ({description}): "
                + "both must come from the same extractor.");
        }
        WarnOfFew(context, a, "real");
        WarnOfFew(context, b, "generated");
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

    private static void WarnOfFew(MLContext context, Tensor features, string which)
    {
        if (features.shape[0] <= features.shape[1])
        {
            HostLog.Warning(context, "Evaluate", $"{features.shape[0]} {which} rows have {features.shape[1]} features: their covariance lacks rank, and the "
                + "Fréchet distance is much too large. Give more rows than features, or read the kernel distance, which has no such bias.");
        }
    }
}
