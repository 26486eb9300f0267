using System.Text.Json;
using MLNetGen.Gan;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Gan;

public class GradientPenaltyTests
{
    [Fact]
    public void A_linear_critics_penalty_follows_from_the_length_of_its_weight()
    {
        manual_seed(1);
        Linear critic = Linear(12, 1);
        Tensor Judge(Tensor pictures) => critic.call(pictures.flatten(1));
        Tensor real = randn(4, 3, 2, 2), made = randn(4, 3, 2, 2), weight = critic.weight.detach();
        double length = weight.norm().item<float>();

        Tensor penalty = new WassersteinObjective(penalty: 10).Penalty(Judge, real, made);
        Assert.Equal(10 * Math.Pow(length - 1, 2), penalty.item<float>(), 1e-4);
        // Its derivative: 2·10·(‖w‖ − 1)·w/‖w‖.
        Near(weight * (20 * (length - 1) / length), autograd.grad([penalty], [critic.weight])[0]);

        Tensor seen = real.detach().requires_grad_(true), squared = R1Penalty.Of(Judge(seen), seen, gamma: 6);
        Assert.Equal(3 * length * length, squared.item<float>(), 1e-4);
        Near(weight * 6, autograd.grad([squared], [critic.weight])[0]);
    }

    [Fact]
    public void A_critic_without_a_gradient_gets_a_finite_one()
    {
        Sequential critic = Critic();
        using (no_grad())
            foreach (Parameter parameter in critic.parameters()) parameter.zero_();
        Tensor penalty = new WassersteinObjective(penalty: 10).PenaltyAt(critic.call, Pictures(8));
        Assert.Equal(10, penalty.item<float>(), 1e-4);
        penalty.backward();
        Assert.All(critic.parameters().Where(p => p.grad is not null), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void The_Wasserstein_penalty_is_taken_between_real_and_made_pictures()
    {
        manual_seed(2);
        // Of D(x) = x²/2 the gradient at x is x: between 0 and 4 anything up to 4, and the penalty is (x − 1)².
        Tensor real = zeros(2000, 1, 1, 1), made = full([2000, 1, 1, 1], 4f);
        Tensor penalty = new WassersteinObjective(penalty: 1).Penalty(x => x.flatten(1).square() / 2, real, made);
        // ∫(4s − 1)² ds over [0, 1].
        Assert.Equal((16.0 / 3) - 4 + 1, penalty.item<float>(), 0.2);
    }

    [Fact]
    public void PyTorch_finds_the_same_Wasserstein_penalty_and_gradients()
    {
        Sequential critic = Critic();
        Tensor pictures = Pictures(8);
        Same("wasserstein", critic, new WassersteinObjective(penalty: 10).PenaltyAt(critic.call, pictures));
    }

    [Fact]
    public void PyTorch_finds_the_same_R1_penalty()
    {
        Sequential discriminator = Critic();
        Tensor pictures = Pictures(8).requires_grad_(true);
        Same("r1", discriminator, R1Penalty.Of(discriminator.call(pictures), pictures, gamma: 10));
    }

    [Fact]
    public void PyTorch_finds_the_same_gradient_of_a_gradient_through_batch_normalisation()
    {
        Sequential network = Critic(normalized: true);
        Tensor pictures = Pictures(8).requires_grad_(true);
        Same("normalized", network, InputGradient.SquaredNorms(network.call(pictures), pictures).mean());
    }

    [Fact]
    public void Under_a_gradient_penalty_no_pictures_logit_depends_on_another_picture()
    {
        foreach (DcganTrainer.Options options in (DcganTrainer.Options[])[new() { R1Gamma = 10 }, new() { Loss = GanLoss.WassersteinGradientPenalty }])
        {
            foreach (DcganNetwork network in Enum.GetValues<DcganNetwork>())
            {
                // Dense layers of few units are now and then left with none by dropout.
                options.Width = network == DcganNetwork.Mlp ? 400 : 8;
                Assert.Equal([0f, 0f], FromOthers(options, network));
                // By default BatchNorm ties them to each other, where a network has any.
                if (network != DcganNetwork.Mlp)
                    Assert.DoesNotContain(0f, FromOthers(new() { Width = 8 }, network));
            }
        }

        // How far the other two pictures of three move the first one's logit.
        static float[] FromOthers(DcganTrainer.Options options, DcganNetwork network)
        {
            manual_seed(3);
            using var scope = NewDisposeScope();
            using Module<Tensor, Tensor> discriminator = GanNetworks.Discriminator(new(options, network, channels: 3, size: 32));
            Tensor pictures = randn(3, 3, 32, 32).requires_grad_(true);
            Tensor gradient = autograd.grad([discriminator.call(pictures).narrow(0, 0, 1).sum()], [pictures])[0].flatten(1).abs().amax([1L]);
            Assert.True(gradient[0].item<float>() > 0);
            return gradient.narrow(0, 1, 2).data<float>().ToArray();
        }
    }

    [Fact]
    public void PyTorch_finds_the_same_gradient_of_a_gradient_through_a_transposed_convolution()
    {
        Sequential network = Critic(transposed: true);
        Tensor pictures = Pictures(4).requires_grad_(true);
        Same("transposed", network, InputGradient.SquaredNorms(network.call(pictures), pictures).mean());
    }

    // Weights and pictures as in gradient_penalties.py.
    private static Sequential Critic(bool normalized = false, bool transposed = false)
    {
        Sequential layers = Sequential();
        if (transposed)
            layers.append(ConvTranspose2d(2, 2, 4, stride: 2, padding: 1));
        layers.append(Conv2d(2, 2, 4, stride: 2, padding: 1));
        if (normalized)
            layers.append(BatchNorm2d(2));
        layers.append(LeakyReLU(0.2, inplace: true)).append(Conv2d(2, 3, 3, stride: 2, padding: 1)).append(LeakyReLU(0.2, inplace: true));
        layers.append(Flatten()).append(Linear(12, 1));
        using var noGradient = no_grad();
        int k = 0;
        foreach (Parameter parameter in layers.parameters())
        {
            parameter.copy_(tensor(Enumerable.Range(0, (int)parameter.numel()).Select(i => (float)(0.3 * Math.Sin((1.7 * k) + (0.9 * i)))).ToArray(), parameter.shape));
            k++;
        }
        return layers;
    }

    private static Tensor Pictures(int size) =>
        tensor(Enumerable.Range(0, 3 * 2 * size * size).Select(i => (float)Math.Cos(0.37 * i)).ToArray(), [3, 2, size, size]);

    private static void Same(string name, Sequential network, Tensor penalty)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root!, "tests", "Trainers.Tests", "Gan", "Objectives", "gradient_penalties.json")));
        JsonElement expected = file.RootElement.GetProperty(name);
        Assert.Equal(expected.GetProperty("value").GetDouble(), penalty.item<float>(), 1e-5);
        penalty.backward();
        double[] gradients = [.. network.parameters().SelectMany(p => p.grad is { } g ? g.data<float>().ToArray() : new float[p.numel()]).Select(g => (double)g)];
        double[] theirs = [.. expected.GetProperty("gradients").EnumerateArray().Select(g => g.GetDouble())];
        Assert.Equal(theirs.Length, gradients.Length);
        Assert.All(theirs.Zip(gradients), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static void Near(Tensor expected, Tensor found) => Assert.True(expected.allclose(found, 1e-4, 1e-5), $"{found} instead of {expected}");
}
