using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// The step as the source of <see cref="DcganNetwork.AnimeFace64"/> has it: the discriminator is updated on real pictures and
/// then on made ones, which the generator makes in inference mode; the generator's update draws fresh z, and its targets are
/// those that the real pictures had, in (0.8, 1].
/// </summary>
internal sealed partial class GanStep
{
    private GanLosses RunAsTheSource(Tensor real, Tensor latent, Tensor? classes)
    {
        NonSaturatingObjective noisy = new(recipe.LabelNoise);
        Tensor made = MakeInInference(latent, classes);

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
        return Told(onReal, onMade, realLogits, madeLogits) with { Generator = passing, Diversity = Diversity(made, real) };
    }

    private Tensor MakeInInference(Tensor latent, Tensor? classes)
    {
        using var noGradient = no_grad();
        generator.eval();
        try
        {
            return Make(latent, classes);
        }
        finally
        {
            generator.train();
        }
    }
}
