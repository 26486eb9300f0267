using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// One step of both networks: the discriminator learns real from made, the generator to be taken for real.
/// Goodfellow et al. 2014, section 3 and algorithm 1.
/// </summary>
/// <remarks>
/// The generator makes one batch a step, which both updates use; the discriminator's weights are frozen in the generator's
/// update, whose gradient needs to pass through them and not to stay. <see cref="GanRecipe.SourceProcedure"/> does otherwise.
/// </remarks>
internal sealed class GanStep(
    GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Adam generatorOptimizer, Adam discriminatorOptimizer)
{
    // Of pictures that are all the same, rounding apart.
    private const double LeastSpread = 1e-6;

    private readonly Parameter[] discriminatorWeights = [.. discriminator.parameters()];
    private readonly IGanObjective objective = recipe.Objective();

    /// <param name="real">Pictures in [−1, 1], [<see cref="GanRecipe.PicturesPerStep"/>, channels, H, W].</param>
    /// <param name="latent">z, [<see cref="GanRecipe.BatchSize"/>, latentDimension].</param>
    /// <param name="classes">The real pictures' classes, a one-hot row each; null for a GAN that knows of none. Made pictures get the same.</param>
    /// <returns>What it measured, without its number and time.</returns>
    public GanLogRow Run(Tensor real, Tensor latent, Tensor? classes = null)
    {
        using var scope = NewDisposeScope();
        if (recipe.SourceProcedure)
            return RunAsTheSource(real, latent, classes);
        int last = recipe.DiscriminatorSteps - 1;
        for (int update = 0; update < last; update++)
        {
            using var alone = NewDisposeScope();
            Tensor? own = Part(classes, update);
            UpdateDiscriminator(Part(real, update), MakeWithoutGradient(recipe.RandomLatent(recipe.BatchSize, real.device), own), own);
        }
        (real, classes) = (Part(real, last), Part(classes, last));
        Tensor made = Make(latent, classes), seen = made.detach();
        double? passing = recipe.GeneratorFirst ? UpdateGenerator(made, classes, objective.Passing) : null;
        GanLogRow row = UpdateDiscriminator(real, seen, classes);
        return row with { GeneratorLoss = passing ?? UpdateGenerator(made, classes, objective.Passing), Diversity = Diversity(seen, real) };
    }

    private GanLogRow UpdateDiscriminator(Tensor real, Tensor made, Tensor? classes)
    {
        discriminatorOptimizer.zero_grad();
        (real, made) = (Augmentation.Apply(real, recipe.Augmentation), Augmentation.Apply(made, recipe.Augmentation));
        if (recipe.R1Gamma > 0)
            real = real.detach().requires_grad_(true);
        Tensor realLogits = Judge(real, classes), madeLogits = Judge(made, classes);
        Tensor onReal = objective.OnReal(realLogits), onMade = objective.OnMade(madeLogits);
        Tensor loss = onReal + onMade;
        if (recipe.DiscriminatorWeight != 1)
            loss *= recipe.DiscriminatorWeight;
        Tensor? penalty = recipe.R1Gamma > 0 ? R1Penalty.Of(realLogits, real, recipe.R1Gamma)
            : objective.Penalty(pictures => Judge(pictures, classes), real, made);
        (penalty is null ? loss : loss + penalty).backward();
        discriminatorOptimizer.step();
        return Measured(onReal, onMade, realLogits, madeLogits) with { Penalty = penalty?.ToDouble() };
    }

    private double UpdateGenerator(Tensor made, Tensor? classes, Func<Tensor, Tensor> lossOf)
    {
        generatorOptimizer.zero_grad();
        Require(false);
        try
        {
            Tensor loss = lossOf(Judge(Augmentation.Apply(made, recipe.Augmentation), classes));
            loss.backward();
            generatorOptimizer.step();
            return loss.ToDouble();
        }
        finally
        {
            Require(true);
        }
    }

    private Tensor Make(Tensor latent, Tensor? classes) => generator.call(classes is null ? latent : cat([latent, classes], 1));

    private Tensor MakeWithoutGradient(Tensor latent, Tensor? classes)
    {
        using var noGradient = no_grad();
        return Make(latent, classes);
    }

    // A discriminator that knows of classes has a logit for each: the one of the picture's own class counts.
    private Tensor Judge(Tensor pictures, Tensor? classes)
    {
        Tensor logits = discriminator.call(pictures);
        return classes is null ? logits : (logits * classes).sum(1, keepdim: true);
    }

    // The rows of one of the discriminator's updates.
    [return: NotNullIfNotNull(nameof(rows))]
    private Tensor? Part(Tensor? rows, int update) =>
        rows is null || recipe.DiscriminatorSteps == 1 ? rows : rows.narrow(0, (long)update * recipe.BatchSize, recipe.BatchSize);

    private static GanLogRow Measured(Tensor onReal, Tensor onMade, Tensor realLogits, Tensor madeLogits)
    {
        using var noGradient = no_grad();
        double accuracy = cat([realLogits > 0, madeLogits < 0]).to_type(ScalarType.Float32).mean().ToDouble();
        return new(0, onReal.ToDouble(), onMade.ToDouble(), 0, realLogits.sigmoid().mean().ToDouble(), madeLogits.sigmoid().mean().ToDouble(), accuracy, 0, 0);
    }

    private static double Diversity(Tensor made, Tensor real) => Spread(made) / Math.Max(Spread(real), LeastSpread);

    private static double Spread(Tensor pictures)
    {
        using var noGradient = no_grad();
        return pictures.std(0).mean().ToDouble();
    }

    private void Require(bool gradient)
    {
        foreach (Parameter weight in discriminatorWeights) weight.requires_grad = gradient;
    }

    // The step as the source of AnimeFace64 has it: the discriminator is updated on real pictures and then on made ones, which the generator makes in inference mode; the generator's
    // update draws fresh z, and its targets are those that the real pictures had, in (0.8, 1].
    private GanLogRow RunAsTheSource(Tensor real, Tensor latent, Tensor? classes)
    {
        NonSaturatingObjective noisy = new(recipe.LabelNoise);
        generator.eval();
        Tensor made = MakeWithoutGradient(latent, classes);
        generator.train();

        discriminatorOptimizer.zero_grad();
        Tensor realLogits = Judge(real, classes), targets = noisy.RealTargets(realLogits);
        Tensor onReal = functional.binary_cross_entropy_with_logits(realLogits, targets);
        onReal.backward();
        discriminatorOptimizer.step();

        discriminatorOptimizer.zero_grad();
        Tensor madeLogits = Judge(made, classes), onMade = noisy.OnMade(madeLogits);
        onMade.backward();
        discriminatorOptimizer.step();

        Tensor fresh = Make(recipe.RandomLatent(recipe.BatchSize, real.device), classes);
        double passing = UpdateGenerator(fresh, classes, logits => functional.binary_cross_entropy_with_logits(logits, targets));
        return Measured(onReal, onMade, realLogits, madeLogits) with { GeneratorLoss = passing, Diversity = Diversity(made, real) };
    }
}
