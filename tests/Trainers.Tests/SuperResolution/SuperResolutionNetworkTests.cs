using MLNetGen.SuperResolution;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.SuperResolution;

public sealed class SuperResolutionNetworkTests
{
    [Fact]
    public void Training_starts_at_bicubic_interpolation()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor pictures = rand(2, 3, 5, 7) * 255;

        Tensor large = new SuperResolutionNetwork(SuperResolutionArchitecture.Residual, 4).call(pictures);

        Assert.True(large.round().clamp(0, 255).eq(Downsampler.Bicubic(pictures, 4)).all().item<bool>());
    }

    [Theory]
    [InlineData(SuperResolutionArchitecture.Residual, 2)]
    [InlineData(SuperResolutionArchitecture.Residual, 8)]
    [InlineData(SuperResolutionArchitecture.Paper, 4)]
    public void Pictures_of_any_size_become_factor_times_as_large(SuperResolutionArchitecture architecture, int factor)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        SuperResolutionNetwork network = new(architecture, factor);
        network.eval();
        foreach ((int height, int width) in ((int, int)[])[(1, 1), (3, 6)])
        {
            Tensor large = network.call(rand(1, 3, height, width) * 255);
            Assert.Equal([1, 3, height * factor, width * factor], large.shape);
            Assert.True(architecture == SuperResolutionArchitecture.Residual || (large.ge(0) & large.le(255)).all().item<bool>());
        }
    }

    // By hand, from the paper's table: 9×9, eight 3×3 of the blocks, two doublings, 9×9; normalisation has a scale and a shift.
    [Theory]
    [InlineData(SuperResolutionArchitecture.Residual, 81 * 3 * 64 + 64 + 10 * (9 * 64 * 64 + 64) + 81 * 64 * 3 + 3)]
    [InlineData(SuperResolutionArchitecture.Paper, 81 * 3 * 64 + 64 + 10 * (9 * 64 * 64 + 64) + 81 * 64 * 3 + 3 + 11 * 2 * 64)]
    public void The_layers_are_those_of_the_papers_table(SuperResolutionArchitecture architecture, long parameters)
    {
        using SuperResolutionNetwork network = new(architecture, 4);

        Assert.Equal(parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(architecture == SuperResolutionArchitecture.Paper ? 2 : 0, network.modules().OfType<ConvTranspose2d>().Count());
    }
}
