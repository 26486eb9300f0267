using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>All metrics of two sets of features.</summary>
internal static class FeatureEvaluation
{
    public static GenerativeMetrics Evaluate(MLContext context, IDataView real, IDataView generated, string featureColumnName, string description)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor a = FeatureColumn.Read(real, featureColumnName, "real"), b = FeatureColumn.Read(generated, featureColumnName, "generated");
        if (a.shape[1] != b.shape[1])
        {
            throw new ArgumentException($"column '{featureColumnName}' has {a.shape[1]} features in the real rows and {b.shape[1]} in the generated ones: "
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
