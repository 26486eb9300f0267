using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>Mean [d] and covariance [d, d] of features, float64; the covariance with n − 1 below, as NumPy's.</summary>
internal sealed record FeatureStatistics(Tensor Mean, Tensor Covariance)
{
    /// <summary>Of features [n, d], n at least 2.</summary>
    public static FeatureStatistics Of(Tensor features)
    {
        long d = features.shape[1];
        // torch gives a scalar where there is one feature.
        return new(features.mean([0]), features.t().cov().reshape(d, d));
    }
}
