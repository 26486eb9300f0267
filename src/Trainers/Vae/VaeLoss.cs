using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>The two terms of −ELBO, in nats, summed over a batch. Source: Kingma and Welling 2013, equation 7.</summary>
internal sealed class VaeLoss(VaeLikelihood likelihood, double gaussianDeviation)
{
    /// <summary>Σ −log p(x|z). Logits and pixels are [N, …shape]; pixels in [0, 1].</summary>
    public Tensor Reconstruction(Tensor logits, Tensor pixels)
    {
        if (likelihood == VaeLikelihood.Bernoulli)
            return functional.binary_cross_entropy_with_logits(logits, pixels, reduction: Reduction.Sum);
        double variance = gaussianDeviation * gaussianDeviation;
        Tensor squares = functional.mse_loss(logits.sigmoid(), pixels, Reduction.Sum);
        return squares / (2 * variance) + pixels.numel() * 0.5 * Math.Log(2 * Math.PI * variance);
    }

    /// <summary>Σ KL(q(z|x) ‖ N(0, 1)) = −½ Σ (1 + logVar − mean² − exp(logVar)).</summary>
    public static Tensor Kl(Tensor mean, Tensor logVar) => -0.5 * (1 + logVar - mean.pow(2) - logVar.exp()).sum();
}
