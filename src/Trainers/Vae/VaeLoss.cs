using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>KL(q(z|x) ‖ N(0, 1)), in nats. Source: Kingma and Welling 2013, equation 10.</summary>
internal static class GaussianKl
{
    /// <summary>Summed over rows and dimensions: −½ Σ (1 + logVar − mean² − exp(logVar)).</summary>
    public static Tensor Sum(Tensor mean, Tensor logVar) => -0.5 * Terms(mean, logVar).sum();

    /// <summary>Of every dimension, [latentDimension], a mean over the rows.</summary>
    public static Tensor ByDimension(Tensor mean, Tensor logVar) => -0.5 * Terms(mean, logVar).mean([0]);

    private static Tensor Terms(Tensor mean, Tensor logVar) => 1 + logVar - mean.pow(2) - logVar.exp();
}

/// <summary>What the KL of a batch costs in training: plain, weighted, held at a capacity, or free up to a threshold; it comes in over the first epochs.</summary>
/// <remarks>Read at every step, so that it follows the options as they are.</remarks>
internal sealed class KlPenalty(VaeTrainer.Options options)
{
    /// <summary>Summed over the rows, to be added to the reconstruction's sum.</summary>
    /// <param name="mean">[N, latentDimension].</param>
    /// <param name="logVar">[N, latentDimension].</param>
    /// <param name="kl">Summed over rows and dimensions.</param>
    /// <param name="epochs">Epochs trained so far, with the part of the one under way.</param>
    public Tensor Of(Tensor mean, Tensor logVar, Tensor kl, double epochs)
    {
        double share = epochs < options.KlWarmUpEpochs ? epochs / options.KlWarmUpEpochs : 1;
        long rows = mean.shape[0];
        // Burgess et al. 2018, equation 8: γ |KL − C|, with γ = Beta and C rising.
        if (options.Capacity is { } capacity)
            return options.Beta * (kl - rows * capacity * share).abs();
        // Kingma et al. 2016, appendix C.8: Σ max(λ, KL of a dimension), which has no gradient below λ.
        if (options.FreeBits > 0)
            kl = rows * GaussianKl.ByDimension(mean, logVar).clamp_min(options.FreeBits).sum();
        double weight = options.Beta * share;
        return weight == 1 ? kl : weight * kl;
    }
}
