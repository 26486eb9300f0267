using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Style;
using MLNetGen.SuperResolution;
using MLNetGen.Tests.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.SuperResolution;

public sealed class SuperResolutionObjectiveTests
{
    private static readonly Device Cpu = device("cpu");

    [Fact]
    public void Pixel_loss_is_the_mean_square_of_differences_in_0_to_1()
    {
        using var scope = NewDisposeScope();
        using SuperResolutionObjective objective = SuperResolutionObjective.For(new() { Loss = SuperResolutionLoss.Pixel }, Cpu);

        // Half of the values differ by 51 of 255 levels, which is a fifth.
        Assert.Equal(0.5 * 0.2 * 0.2, objective.Of(cat([zeros(1, 3, 4, 4), full([1, 3, 4, 4], 51f)], 0), zeros(2, 3, 4, 4)).item<float>(), 1e-7);
        Assert.Null(objective.Network);
    }

    [Fact]
    public void Perceptual_loss_compares_one_layer_of_the_loss_network_and_every_colour_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        using SuperResolutionObjective objective = SuperResolutionObjective.For(new() { Loss = SuperResolutionLoss.Perceptual, LossNetworkPath = LossNetworkNames.Random }, Cpu);
        using RandomFilterBank network = new();
        Tensor truth = rand(2, 3, 32, 32) * 255, made = rand(2, 3, 32, 32) * 255;
        Tensor expected = (network.Features(made, [objective.Layer!])[objective.Layer!] - network.Features(truth, [objective.Layer!])[objective.Layer!]).pow(2).mean();

        Tensor input = made.clone().requires_grad_();
        Tensor loss = objective.Of(input, truth);
        loss.backward();

        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5);
        Assert.Equal(0, objective.Of(truth, truth).item<float>());
        Assert.All(input.grad!.abs().sum([0, 2, 3]).data<float>().ToArray(), gradient => Assert.True(gradient > 0));
    }

    [Fact]
    public void Of_ResNet18_the_early_stages_count_beside_their_own_size_and_so_do_pixels()
    {
        using var scope = NewDisposeScope();
        using SuperResolutionObjective objective = SuperResolutionObjective.For(new() { Loss = SuperResolutionLoss.Perceptual }, Cpu);
        using LossNetwork network = LossNetworks.Open(LossNetworkNames.ResNet18);
        Tensor truth = StyleFixture.Numbers([2, 3, 40, 48], 3, 200) + 120, made = StyleFixture.Numbers([2, 3, 40, 48], 4, 200) + 120;
        string[] stages = ["conv1", "stage1"];
        IReadOnlyDictionary<string, Tensor> expected = network.Features(truth, stages), features = network.Features(made, stages);
        double sum = ((made - truth) / 255).pow(2).mean().ToDouble()
            + stages.Sum(stage => ((features[stage] - expected[stage]).pow(2).sum() / expected[stage].pow(2).sum()).ToDouble());

        Tensor input = made.clone().requires_grad_();
        Tensor loss = objective.Of(input, truth);
        loss.backward();

        Assert.Equal("conv1+stage1", objective.Layer);
        Assert.Equal(sum, loss.ToDouble(), 1e-4 * sum);
        Assert.Equal(0, objective.Of(truth, truth).ToDouble());
        // Every pixel counts.
        Assert.True(input.grad!.abs().gt(0).all().ToBoolean());
    }

    [Fact]
    public void Perceptual_loss_and_its_gradient_are_PyTorchs()
    {
        foreach (SuperResolutionFixture.Loss expected in SuperResolutionFixture.Read().Perceptual)
        {
            using var scope = NewDisposeScope();
            // The paper's layer is the default.
            string? layer = expected.Layer == "relu2_2" ? null : expected.Layer;
            using SuperResolutionObjective objective = SuperResolutionObjective.For(StyleFixture.Vgg("VGG-16", "torchvision"), layer, Cpu);
            Tensor made = (StyleFixture.Numbers([2, 3, 36, 40], 21, 255) + 127.5).requires_grad_(), truth = StyleFixture.Numbers([2, 3, 36, 40], 22, 200) + 120;

            Tensor loss = objective.Of(made, truth);
            loss.backward();

            Assert.Equal(expected.Layer, objective.Layer);
            Assert.Equal(1, loss.ToDouble() / expected.Value, 1e-4);
            float[] gradient = StyleFixture.Floats(made.grad!);
            float largest = expected.Gradient.Max(MathF.Abs);
            Assert.True(largest > 0);
            Assert.All(expected.Gradient.Select((value, i) => (value, gradient[97 * i])), pair => Assert.Equal(pair.value, pair.Item2, 1e-4 * largest));
        }
    }

    [Fact]
    public void A_layer_that_the_loss_network_lacks_and_patches_too_small_for_it_are_refused()
    {
        ArgumentException noLayer = Assert.Throws<ArgumentException>(() =>
            SuperResolutionObjective.For(new() { Loss = SuperResolutionLoss.Perceptual, LossLayer = "relu9_9" }, Cpu));
        Assert.Contains("'relu9_9'", noLayer.Message, StringComparison.Ordinal);

        MLContext ml = new(seed: 1);
        IndexedRows rows = new(2, IndexedColumn.Image("Image", new ImageDataViewType(), _ => SuperResolutionFixture.Sample(24, 24, 0).ToImage()));
        ArgumentException small = Assert.Throws<ArgumentException>(() =>
            ml.Generative.SuperResolution(new SuperResolutionTrainer.Options { Loss = SuperResolutionLoss.Perceptual }).Fit(rows));
        Assert.Contains("24×24", small.Message, StringComparison.Ordinal);
    }
}
