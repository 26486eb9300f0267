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
    // Of pictures that are all the same, rounding apart.
    private const double LeastSpread = 1e-6;

    private readonly Parameter[] discriminatorWeights = [.. discriminator.parameters()];

    /// <param name="real">Pictures in [−1, 1], [N, channels, H, W].</param>
    /// <param name="latent">z, [N, latentDimension].</param>
    public GanLosses Run(Tensor real, Tensor latent)
    {
        using var scope = NewDisposeScope();
        Tensor made = generator.call(latent), seen = made.detach();
        double? passing = recipe.GeneratorFirst ? LearnToPass(made) : null;
        GanLosses told = LearnToTell(real, seen);
        return told with { Generator = passing ?? LearnToPass(made), Diversity = Spread(seen) / Math.Max(Spread(real), LeastSpread) };
    }

    private GanLosses LearnToTell(Tensor real, Tensor made)
    {
        discriminatorOptimizer.zero_grad();
        Tensor realLogits = discriminator.call(real), madeLogits = discriminator.call(made);
        Tensor onReal = functional.binary_cross_entropy_with_logits(realLogits, 1 - Noise(realLogits));
        Tensor onMade = functional.binary_cross_entropy_with_logits(madeLogits, Noise(madeLogits));
        Tensor loss = onReal + onMade;
        (recipe.DiscriminatorWeight == 1 ? loss : loss * recipe.DiscriminatorWeight).backward();
        discriminatorOptimizer.step();
        using var noGradient = no_grad();
        double accuracy = cat([realLogits > 0, madeLogits < 0]).to_type(ScalarType.Float32).mean().ToDouble();
        return new(onReal.ToDouble(), onMade.ToDouble(), 0, realLogits.sigmoid().mean().ToDouble(), madeLogits.sigmoid().mean().ToDouble(), accuracy, 0);
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

    private static double Spread(Tensor pictures)
    {
        using var noGradient = no_grad();
        return pictures.std(0).mean().ToDouble();
    }

    private Tensor Noise(Tensor logits) => recipe.LabelNoise == 0 ? zeros_like(logits) : rand_like(logits) * recipe.LabelNoise;

    private void Require(bool gradient)
    {
        foreach (Parameter weight in discriminatorWeights) weight.requires_grad = gradient;
    }
}
