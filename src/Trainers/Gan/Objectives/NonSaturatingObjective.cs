using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>Binary cross-entropy on logits; the generator's is the non-saturating one. Goodfellow et al. 2014, section 3.</summary>
/// <param name="labelNoise">How far below 1 the targets for real pictures, and above 0 those for made ones, are drawn; 0 for none.</param>
internal sealed class NonSaturatingObjective(double labelNoise) : IGanObjective
{
    public Tensor OnReal(Tensor logits) => functional.binary_cross_entropy_with_logits(logits, RealTargets(logits));

    public Tensor OnMade(Tensor logits) => functional.binary_cross_entropy_with_logits(logits, Noise(logits));

    public Tensor Passing(Tensor logits) => functional.binary_cross_entropy_with_logits(logits, ones_like(logits));

    /// <summary>In (1 − noise, 1].</summary>
    public Tensor RealTargets(Tensor logits) => 1 - Noise(logits);

    private Tensor Noise(Tensor logits) => labelNoise == 0 ? zeros_like(logits) : rand_like(logits) * labelNoise;
}
