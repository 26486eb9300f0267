using MLNetGen.Gan;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Gan;

public class GanNetworkTests
{
    private static readonly GanShape Face = new(100, 3, 64, 64), Digit = new(100, 1, 32, 64), Paper = new(100, 3, 64, 128);

    public GanNetworkTests() => manual_seed(1);

    [Fact]
    public void The_anime_face_networks_have_the_parameters_of_their_source()
    {
        Assert.Equal(3_614_723, Parameters(new AnimeFaceGenerator(Face)));
        Assert.Equal(2_766_529, Parameters(new AnimeFaceDiscriminator(Face, DiscriminatorLayers.Plain)));
    }

    [Fact]
    public void The_MNIST_networks_have_the_parameters_of_their_source()
    {
        Assert.Equal(1_049_985, Parameters(new MnistGenerator(Digit)));
        Assert.Equal(98_113, Parameters(new MnistDiscriminator(Digit, DiscriminatorLayers.Plain)));
    }

    [Fact]
    public void The_papers_networks_have_the_layers_of_its_first_figure()
    {
        // z to 4×4×1024, then 5×5 kernels to 512, 256, 128 and 3 channels; two numbers a normalised channel.
        long generator = (100 * 16 * 1024) + (25 * ((1024 * 512) + (512 * 256) + (256 * 128) + (128 * 3))) + 3 + (2 * (1024 + 512 + 256 + 128));
        Assert.Equal(generator, Parameters(new PaperGenerator(Paper)));
        long discriminator = (25 * ((3 * 128) + (128 * 256) + (256 * 512) + (512 * 1024))) + 128 + (2 * (256 + 512 + 1024)) + (1024 * 16) + 1;
        Assert.Equal(discriminator, Parameters(new PaperDiscriminator(Paper, DiscriminatorLayers.Plain)));
    }

    [Fact]
    public void PyTorchs_own_example_has_the_parameters_that_PyTorch_counts()
    {
        Assert.Equal(3_576_704, Parameters(new PyTorchExampleGenerator(Face)));
        Assert.Equal(2_765_568, Parameters(new PyTorchExampleDiscriminator(Face, DiscriminatorLayers.Plain)));
    }

    [Fact]
    public void The_fully_connected_networks_have_the_layers_of_the_2014_paper()
    {
        GanShape shape = new(100, 1, 28, 1200);
        // A weight for every pair of units of two layers, and a bias a unit.
        const long Generator = (100 * 1200) + 1200 + (1200 * 1200) + 1200 + (1200 * 784) + 784;
        const long Discriminator = (784 * 240) + 240 + (240 * 240) + 240 + 240 + 1;
        Assert.Equal((2_503_984, 246_481), (Generator, Discriminator));
        using MlpGenerator generator = new(shape);
        using MlpDiscriminator discriminator = new(shape, DiscriminatorLayers.Plain);
        Assert.Equal(Generator, Parameters(generator));
        Assert.Equal(Discriminator, Parameters(discriminator));
        Fits(generator, discriminator, shape);
        Assert.Equal([0.2, 0.5, 0.5], discriminator.modules().OfType<Dropout>().Select(layer => layer.p));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    public void Generators_make_pictures_that_discriminators_judge_at_every_size(int size)
    {
        foreach (int channels in (int[])[1, 3])
        {
            GanShape shape = new(10, channels, size, 8);
            Fits(new AnimeFaceGenerator(shape), new AnimeFaceDiscriminator(shape, DiscriminatorLayers.Plain), shape);
            Fits(new MnistGenerator(shape), new MnistDiscriminator(shape, DiscriminatorLayers.Plain), shape);
            Fits(new PaperGenerator(shape), new PaperDiscriminator(shape, DiscriminatorLayers.Plain), shape);
            Fits(new PyTorchExampleGenerator(shape), new PyTorchExampleDiscriminator(shape, DiscriminatorLayers.Plain), shape);
            Fits(new MlpGenerator(shape), new MlpDiscriminator(shape, DiscriminatorLayers.Plain), shape);
        }
    }

    [Fact]
    public void Weights_start_as_the_sources_say()
    {
        PaperGenerator paper = new(Paper);
        Near(0.02, paper.modules().OfType<ConvTranspose2d>().First().weight);
        Near(0.02, paper.modules().OfType<Linear>().Single().weight);
        BatchNorm2d norm = paper.modules().OfType<BatchNorm2d>().First();
        Assert.Equal(1, norm.weight.mean().item<float>(), 0.005f);
        Near(0.02, norm.weight);

        // Glorot: uniform in ±√(6/(fan in + fan out)).
        Parameter glorot = new AnimeFaceGenerator(Face).modules().OfType<ConvTranspose2d>().ElementAt(1).weight;
        double limit = Math.Sqrt(6.0 / ((512 + 256) * 16));
        Assert.InRange(glorot.abs().max().item<float>(), limit * 0.99, limit);
        Near(limit / Math.Sqrt(3), glorot);

        // PyTorch's default for dense layers: uniform in ±1/√fan in.
        Near(1 / Math.Sqrt(3 * 100), new MnistGenerator(Digit).modules().OfType<Linear>().Single().weight);
    }

    private static void Fits(Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, GanShape shape)
    {
        Tensor pictures = generator.call(randn(2, shape.LatentDimension));
        Assert.Equal([2, shape.Channels, shape.Size, shape.Size], pictures.shape);
        Assert.InRange(pictures.abs().max().item<float>(), 0, 1);
        Assert.Equal([2, 1], discriminator.call(pictures).shape);
    }

    private static long Parameters(Module network) => network.parameters().Sum(parameter => parameter.numel());

    private static void Near(double deviation, Tensor weight) =>
        Assert.InRange(weight.std().item<float>(), deviation * 0.9, deviation * 1.1);
}
