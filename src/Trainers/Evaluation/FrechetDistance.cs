using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>
/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). Source: Dowson and Landau 1982, doi:10.1016/0047-259X(82)90077-X; for
/// generated pictures, Heusel et al. 2017, equation 6.
/// </summary>
internal static class FrechetDistance
{
    public static double Between(FeatureStatistics a, FeatureStatistics b)
    {
        using var scope = NewDisposeScope();
        // Σ₁Σ₂ has the eigenvalues of the symmetric Σ₁^½ Σ₂ Σ₁^½: no root of a matrix that is not symmetric is taken.
        Tensor root = Root(a.Covariance);
        Tensor product = root.matmul(b.Covariance).matmul(root);
        Tensor eigenvalues = linalg.eigvalsh((product + product.t()) / 2);
        double means = (a.Mean - b.Mean).square().sum().item<double>();
        double traces = (a.Covariance.trace() + b.Covariance.trace() - 2 * eigenvalues.clamp(min: 0).sqrt().sum()).item<double>();
        // Rounding alone could make equal distributions differ by less than nothing.
        return Math.Max(0, means + traces);
    }

    private static Tensor Root(Tensor symmetric)
    {
        (Tensor values, Tensor vectors) = linalg.eigh(symmetric);
        return (vectors * values.clamp(min: 0).sqrt()).matmul(vectors.t());
    }
}

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
