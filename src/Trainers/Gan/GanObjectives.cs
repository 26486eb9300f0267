using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>What the two networks minimise, each a mean over the batch, of the discriminator's outputs [N, 1].</summary>
internal interface IGanObjective
{
    /// <summary>The discriminator's loss on real pictures.</summary>
    Tensor OnReal(Tensor logits);

    /// <summary>Its loss on made ones.</summary>
    Tensor OnMade(Tensor logits);

    /// <summary>The generator's loss, of what the discriminator says of its pictures.</summary>
    Tensor Passing(Tensor logits);

    /// <summary>What the discriminator's loss has beside these; null where it has nothing.</summary>
    /// <param name="judge">The discriminator, [N, channels, H, W] to [N, 1].</param>
    /// <param name="real">The real pictures it saw.</param>
    /// <param name="made">The made ones, as many.</param>
    Tensor? Penalty(Func<Tensor, Tensor> judge, Tensor real, Tensor made) => null;
}

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

/// <summary>The hinge loss. Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17.</summary>
internal sealed class HingeObjective : IGanObjective
{
    public Tensor OnReal(Tensor logits) => (1 - logits).relu().mean();

    public Tensor OnMade(Tensor logits) => (1 + logits).relu().mean();

    public Tensor Passing(Tensor logits) => -logits.mean();
}

/// <summary>
/// The Wasserstein loss with a gradient penalty: λ·(‖∇D(x̂)‖ − 1)², where x̂ lies at a random place on the line between a real
/// picture and a made one. Gulrajani et al. 2017, equation 3 and algorithm 1.
/// </summary>
/// <param name="penalty">λ; the paper's is 10.</param>
internal sealed class WassersteinObjective(double penalty) : IGanObjective
{
    // The root's slope at 0 is infinite: a critic without a gradient would get NaN.
    private const double LeastSquare = 1e-12;

    public Tensor OnReal(Tensor scores) => -scores.mean();

    public Tensor OnMade(Tensor scores) => scores.mean();

    public Tensor Passing(Tensor scores) => -scores.mean();

    public Tensor Penalty(Func<Tensor, Tensor> judge, Tensor real, Tensor made)
    {
        Tensor share = rand([real.shape[0], 1, 1, 1], device: real.device);
        return PenaltyAt(judge, share * real + (1 - share) * made);
    }

    /// <summary>The penalty at given x̂.</summary>
    public Tensor PenaltyAt(Func<Tensor, Tensor> judge, Tensor between)
    {
        between = between.detach().requires_grad_(true);
        Tensor norms = (InputGradient.SquaredNorms(judge(between), between) + LeastSquare).sqrt();
        return penalty * (norms - 1).square().mean();
    }
}

/// <summary>The gradient penalty on real pictures, γ/2·‖∇D(x)‖². Mescheder et al. 2018 (arXiv:1801.04406), section 4.1, equation 9.</summary>
internal static class R1Penalty
{
    /// <param name="logits">D(x), [N, 1].</param>
    /// <param name="real">x, which requires a gradient.</param>
    /// <param name="gamma">γ.</param>
    public static Tensor Of(Tensor logits, Tensor real, double gamma) => InputGradient.SquaredNorms(logits, real).mean() * (gamma / 2);
}

/// <summary>The gradient of a discriminator's output with respect to its input, which can be differentiated again.</summary>
internal static class InputGradient
{
    /// <summary>‖∇D(x)‖² of each picture, [N].</summary>
    /// <param name="logits">D(x), [N, 1], where no row depends on another's picture.</param>
    /// <param name="pictures">x, which requires a gradient.</param>
    public static Tensor SquaredNorms(Tensor logits, Tensor pictures)
    {
        Tensor gradient = autograd.grad([logits.sum()], [pictures], retain_graph: true, create_graph: true)[0];
        return gradient.flatten(1).square().sum(1);
    }
}
