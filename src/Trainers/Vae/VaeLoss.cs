using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>The two terms of −ELBO of a batch, each summed over its rows, with one draw of z a row. Source: Kingma and Welling 2013, equation 7.</summary>
/// <param name="Reconstruction">−log p(x|z).</param>
/// <param name="Kl">KL(q(z|x) ‖ N(0, 1)); 0 of an autoencoder.</param>
/// <param name="Mean">[N, latentDimension].</param>
/// <param name="LogVar">[N, latentDimension].</param>
internal sealed record VaeTerms(Tensor Reconstruction, Tensor Kl, Tensor Mean, Tensor LogVar)
{
    private const string ReconstructionTerm = "reconstruction", KlTerm = "kl";

    public static VaeTerms Of(VaeNetwork network, TrainingBatch batch, Tensor noise, TrainingPrecision precision = TrainingPrecision.Float32)
    {
        using Autocast? half = precision.Begin(noise.device);
        (Tensor logits, Tensor mean, Tensor logVar) = network.call(batch.Input, noise, batch.LabelOrNull);
        (logits, mean, logVar) = (logits.ToFloat32(), mean.ToFloat32(), logVar.ToFloat32());
        Tensor reconstruction = network.Likelihood.call(logits, batch.Input);
        return new(reconstruction, network.IsAutoencoder ? zeros_like(reconstruction) : GaussianKl.Sum(mean, logVar), mean, logVar);
    }

    public static VaeMetrics ToMetrics(IReadOnlyDictionary<string, double> figures) => new(figures[ReconstructionTerm], figures[KlTerm]);

    public DeviceFigures ToFigures() => new([ReconstructionTerm, KlTerm], [Reconstruction.detach(), Kl.detach()], Mean.shape[0]);
}

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
