using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// One step of both networks: the discriminator learns real from made (binary cross-entropy on logits), the generator to
/// be taken for real (the non-saturating loss). Goodfellow et al. 2014, section 3 and algorithm 1.
/// </summary>
/// <remarks>
/// The generator makes one batch a step, which both updates use; the discriminator's weights are frozen in the generator's
/// update, whose gradient needs to pass through them and not to stay.
/// </remarks>
internal sealed class GanStep(
    GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Adam generatorOptimizer, Adam discriminatorOptimizer)
{
    private readonly Parameter[] discriminatorWeights = [.. discriminator.parameters()];

    /// <param name="real">Pictures in [−1, 1], [N, channels, H, W].</param>
    /// <param name="latent">z, [N, latentDimension].</param>
    public GanLosses Run(Tensor real, Tensor latent)
    {
        using var scope = NewDisposeScope();
        Tensor made = generator.call(latent);
        if (!recipe.GeneratorFirst)
        {
            (double onReal, double onMade, double p, double q) = LearnToTell(real, made.detach());
            return new(onReal, onMade, LearnToPass(made), p, q);
        }
        else
        {
            double passing = LearnToPass(made);
            (double onReal, double onMade, double p, double q) = LearnToTell(real, made.detach());
            return new(onReal, onMade, passing, p, q);
        }
    }

    private (double OnReal, double OnMade, double ProbabilityOfReal, double ProbabilityOfMade) LearnToTell(Tensor real, Tensor made)
    {
        discriminatorOptimizer.zero_grad();
        Tensor realLogits = discriminator.call(real), madeLogits = discriminator.call(made);
        Tensor onReal = functional.binary_cross_entropy_with_logits(realLogits, 1 - Noise(realLogits));
        Tensor onMade = functional.binary_cross_entropy_with_logits(madeLogits, Noise(madeLogits));
        Tensor loss = onReal + onMade;
        (recipe.DiscriminatorWeight == 1 ? loss : loss * recipe.DiscriminatorWeight).backward();
        discriminatorOptimizer.step();
        using var noGradient = no_grad();
        return (onReal.ToDouble(), onMade.ToDouble(), realLogits.sigmoid().mean().ToDouble(), madeLogits.sigmoid().mean().ToDouble());
    }

    private double LearnToPass(Tensor made)
    {
        generatorOptimizer.zero_grad();
        Require(false);
        try
        {
            Tensor logits = discriminator.call(made);
            Tensor loss = functional.binary_cross_entropy_with_logits(logits, ones_like(logits));
            loss.backward();
            generatorOptimizer.step();
            return loss.ToDouble();
        }
        finally
        {
            Require(true);
        }
    }

    private Tensor Noise(Tensor logits) => recipe.LabelNoise == 0 ? zeros_like(logits) : rand_like(logits) * recipe.LabelNoise;

    private void Require(bool gradient)
    {
        foreach (Parameter weight in discriminatorWeights) weight.requires_grad = gradient;
    }
}
