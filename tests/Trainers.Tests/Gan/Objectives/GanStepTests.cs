using MLNetGen.Gan;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Gan;

public class GanStepTests
{
    private const int Batch = 4;

    [Fact]
    public void A_step_by_the_source_makes_its_first_pictures_in_inference_mode_and_updates_the_discriminator_twice()
    {
        List<bool> training = [];
        int judged = 0;
        Run(new() { SourceProcedure = true }, (generator, discriminator) =>
        {
            generator.register_forward_hook((module, _, output) =>
            {
                training.Add(module.training);
                return output;
            });
            discriminator.register_forward_hook((_, _, output) =>
            {
                judged++;
                return output;
            });
        });
        Assert.Equal([false, true], training);
        Assert.Equal(3, judged);
    }

    [Fact]
    public void A_step_by_default_makes_pictures_once()
    {
        int made = 0;
        Run(new(), (generator, _) => generator.register_forward_hook((_, _, output) =>
        {
            made++;
            return output;
        }));
        Assert.Equal(1, made);
    }

    [Fact]
    public void The_sources_generator_learns_against_the_real_pictures_targets()
    {
        // A discriminator that says x whatever it sees: cross-entropy to targets t of mean t̄ is softplus(x) − x·t̄.
        DcganTrainer.Options options = new() { SourceProcedure = true };
        GanLogRow losses = Run(options, (_, discriminator) =>
        {
            using var noGradient = no_grad();
            foreach (Parameter parameter in discriminator.parameters()) parameter.zero_();
            discriminator.parameters().Last().fill_(8f);
        }, rate: 1e-12);
        Assert.InRange(losses.RealLoss, 0.0003, 8 * 0.2);
        Assert.Equal(losses.RealLoss, losses.GeneratorLoss, 1e-4);
        Assert.InRange(losses.FakeLoss, 8 * 0.8, 8.001);
    }

    [Fact]
    public void A_critic_learns_five_times_on_pictures_of_its_own()
    {
        int made = 0, judged = 0;
        GanRecipe? recipe = null;
        GanLogRow losses = Run(new() { Loss = GanLoss.WassersteinGradientPenalty }, (generator, discriminator) =>
        {
            generator.register_forward_hook((_, _, output) =>
            {
                made++;
                return output;
            });
            discriminator.register_forward_hook((_, _, output) =>
            {
                judged++;
                return output;
            });
        }, seen: r => recipe = r);
        Assert.Equal(5 * Batch, recipe!.PicturesPerStep);
        Assert.Equal((1e-4, 1e-4, 0, 0.9), (recipe.GeneratorRate, recipe.DiscriminatorRate, recipe.Beta1, recipe.Beta2));
        // Real, made and between, five times; and once for the generator.
        Assert.Equal((5, 16), (made, judged));
        Assert.True(losses.Penalty > 0);
    }

    [Fact]
    public void A_discriminator_under_a_gradient_penalty_or_spectrally_normalised_has_no_batch_normalisation()
    {
        foreach (DcganNetwork network in Enum.GetValues<DcganNetwork>())
        {
            foreach (DcganTrainer.Options options in (DcganTrainer.Options[])
                [new() { Loss = GanLoss.WassersteinGradientPenalty, Width = 8 }, new() { R1Gamma = 10, Width = 8 }, new() { SpectralNormalization = true, Width = 8 }])
            {
                using Module<Tensor, Tensor> discriminator = GanNetworks.Discriminator(new(options, network, 3, 32));
                Assert.Empty(discriminator.modules().OfType<BatchNorm2d>());
                // Where a norm's shift is gone, the convolution has its own.
                Assert.All(discriminator.modules().OfType<Conv2d>(), convolution => Assert.NotNull(convolution.bias));
            }
        }
    }

    [Fact]
    public void A_step_depends_on_weights_optimisers_and_the_seed_alone()
    {
        DcganTrainer.Options options = new() { SpectralNormalization = true, DiffAugment = DiffAugment.All, Loss = GanLoss.Hinge };
        Assert.Equal(Run(options), Run(options));
        Assert.NotEqual(Run(options), Run(new() { SpectralNormalization = true, DiffAugment = DiffAugment.Color, Loss = GanLoss.Hinge }));
    }

    private static GanLogRow Run(
        DcganTrainer.Options options, Action<Module<Tensor, Tensor>, Module<Tensor, Tensor>>? prepare = null, double? rate = null, Action<GanRecipe>? seen = null)
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        options.Width = 8;
        options.LatentDimension = 5;
        options.BatchSize = Batch;
        (options.GeneratorLearningRate, options.DiscriminatorLearningRate) = (rate, rate);
        GanRecipe recipe = new(options, DcganNetwork.AnimeFace64, channels: 3, size: 32);
        seen?.Invoke(recipe);
        using DcganTask gan = new(recipe);
        prepare?.Invoke(gan.Generator, gan.Discriminator);
        return GanLogRow.Of([.. gan.Step(rand(recipe.PicturesPerStep, 3, 32, 32) * 2 - 1).Select(number => number.ToDouble())]);
    }
}
