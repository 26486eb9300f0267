using MLNetGen.Vae;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Vae;

public class VaeNetworkTests
{
    [Fact]
    public void Mlp_for_digits_has_the_parameters_of_pytorchs_example()
    {
        using VaeNetwork network = new(VaeArchitecture.Mlp, [1, 28, 28], 20);
        long expected = (784 * 400 + 400) + 2 * (400 * 20 + 20) + (20 * 400 + 400) + (400 * 784 + 784);
        Assert.Equal(652_824, expected);
        Assert.Equal(expected, Parameters(network));
    }

    [Fact]
    public void Convolutional_for_digits_has_the_parameters_of_its_layers()
    {
        using VaeNetwork network = new(VaeArchitecture.Convolutional, [1, 28, 28], 20);
        long encoder = (16 * 1 * 32 + 32) + (16 * 32 * 64 + 64) + (3136 * 256 + 256) + 2 * (256 * 20 + 20);
        long decoder = (20 * 256 + 256) + (256 * 3136 + 3136) + (16 * 64 * 32 + 32) + (16 * 32 * 1 + 1);
        Assert.Equal(encoder + decoder, Parameters(network));
    }

    [Theory]
    [InlineData(1, 28)]
    [InlineData(3, 32)]
    [InlineData(3, 64)]
    [InlineData(3, 128)]
    public void Convolutional_gives_logits_of_the_pictures_shape(int channels, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using VaeNetwork network = new(VaeArchitecture.Convolutional, [channels, size, size], 5);
        var (logits, mean, logVar) = network.call(rand(2, channels, size, size), randn(2, 5), null);
        Assert.Equal([2, channels, size, size], logits.shape);
        Assert.Equal([2, 5], mean.shape);
        Assert.Equal([2, 5], logVar.shape);
    }

    [Fact]
    public void Mlp_takes_plain_vectors()
    {
        using DisposeScope scope = NewDisposeScope();
        using VaeNetwork network = new(VaeArchitecture.Mlp, [12], 3);
        Assert.Equal([4, 12], network.call(rand(4, 12), randn(4, 3), null).Logits.shape);
    }

    [Fact]
    public void Latent_is_mean_plus_deviation_times_noise()
    {
        using DisposeScope scope = NewDisposeScope();
        using VaeNetwork network = new(VaeArchitecture.Mlp, [12], 3);
        Tensor pixels = rand(4, 12), noise = randn(4, 3);
        var (logits, mean, logVar) = network.call(pixels, noise, null);
        Tensor byHand = network.Decoder.call(mean + logVar.exp().sqrt() * noise);
        Assert.True((logits - byHand).abs().max().ToSingle() < 1e-5f);
    }

    [Theory]
    [InlineData(VaeArchitecture.Mlp)]
    [InlineData(VaeArchitecture.Convolutional)]
    public void An_autoencoders_code_is_the_mean_whatever_the_noise(VaeArchitecture architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        using VaeNetwork network = new(architecture, [1, 16, 16], 3, isAutoencoder: true), vae = new(architecture, [1, 16, 16], 3);
        Tensor pixels = rand(4, 1, 16, 16);
        var (logits, mean, logVar) = network.call(pixels, randn(4, 3), null);
        Assert.All(logVar.data<float>(), value => Assert.Equal(float.NegativeInfinity, value));
        Assert.Equal(network.Decoder.call(mean).data<float>().ToArray(), logits.data<float>().ToArray());
        int hidden = architecture == VaeArchitecture.Mlp ? MlpEncoder.Hidden : ConvolutionalEncoder.Dense;
        Assert.Equal(Parameters(vae) - (hidden * 3 + 3), Parameters(network));
    }

    [Theory]
    [InlineData(VaeArchitecture.Mlp)]
    [InlineData(VaeArchitecture.Convolutional)]
    public void A_network_of_classes_tells_them_to_encoder_and_decoder(VaeArchitecture architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        using VaeNetwork network = new(architecture, [1, 16, 16], 3, classes: 2), plain = new(architecture, [1, 16, 16], 3);
        Tensor pixels = rand(1, 1, 16, 16), noise = randn(1, 3);
        Tensor first = tensor((float[])[1, 0], [1, 2]), second = tensor((float[])[0, 1], [1, 2]);
        Assert.NotEqual(network.Encoder.call(pixels, first).Mean.data<float>().ToArray(), network.Encoder.call(pixels, second).Mean.data<float>().ToArray());
        Assert.NotEqual(network.Decode(noise, first).data<float>().ToArray(), network.Decode(noise, second).data<float>().ToArray());
        Assert.Equal([1, 1, 16, 16], network.call(pixels, noise, second).Logits.shape);
        int hidden = architecture == VaeArchitecture.Mlp ? MlpEncoder.Hidden : ConvolutionalEncoder.Dense;
        // The MLP's second layers are told too: mean and log-variance of 3, and the pixels.
        int secondLayers = architecture == VaeArchitecture.Mlp ? 2 * (3 + 3 + 16 * 16) : 0;
        Assert.Equal(Parameters(plain) + 2 * 2 * hidden + secondLayers, Parameters(network));
    }

    [Theory]
    [InlineData(30, "ImageSize is 30")]
    [InlineData(8, "ImageSize is 8")]
    public void Convolutional_refuses_sizes_it_cannot_halve(int size, string says)
    {
        var error = Assert.Throws<ArgumentException>(() => new VaeNetwork(VaeArchitecture.Convolutional, [1, size, size], 5));
        Assert.Contains(says, error.Message);
        Assert.Contains("VaeArchitecture.Mlp", error.Message);
    }

    [Theory]
    [InlineData(28, 28)]
    [InlineData(36, 32)]
    [InlineData(60, 56)]
    [InlineData(64, 64)]
    [InlineData(11, 10)]
    [InlineData(5, 10)]
    public void The_largest_size_is_one_that_the_network_takes(int size, int expected)
    {
        Assert.Equal(expected, ConvolutionalStages.LargestSize(size));
        Assert.Equal(expected, new ConvolutionalStages([1, expected, expected]).GridHeight << new ConvolutionalStages([1, expected, expected]).Widths.Count);
    }

    [Fact]
    public void Convolutional_refuses_vectors()
    {
        var error = Assert.Throws<ArgumentException>(() => new VaeNetwork(VaeArchitecture.Convolutional, [12], 5));
        Assert.Contains("set ImageSize and Channels", error.Message);
    }

    private static long Parameters(nn.Module network) => network.parameters().Sum(p => p.numel());
}
