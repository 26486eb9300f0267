using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Convolutions that libtorch's oneDNN computes wrongly on some processors; on the others these tests hold as well.</summary>
public sealed class ExactConvolutionsTests
{
    // Output, gradient of the input and gradient of the weight, against the same in 64 bits, where oneDNN has no part.
    [Theory]
    [InlineData(20, 12, 3, 14)]
    [InlineData(20, 50, 5, 12)]
    [InlineData(24, 64, 3, 14)]
    [InlineData(64, 40, 3, 28)]
    [InlineData(6, 20, 5, 14)]
    [InlineData(72, 72, 3, 7)]
    [InlineData(32, 3, 9, 32)]
    [InlineData(64, 1, 3, 14)]
    public void Convolution_and_gradients_are_those_of_64_bits(int from, int to, int kernel, int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var layer = Conv2d(from, to, kernel, padding: kernel / 2, bias: false);
        using ExactConvolutions? convolutions = ExactConvolutions.WhereNeeded();
        Tensor pictures = randn(3, from, size, size), upstream = randn(3, to, size, size);

        Tensor[] narrow = Run(ScalarType.Float32), exact = Run(ScalarType.Float64);

        Assert.All(narrow.Zip(exact), pair =>
            Assert.InRange((pair.First.to_type(ScalarType.Float64) - pair.Second).abs().max().item<double>() / pair.Second.abs().max().item<double>(), 0, 1e-5));

        Tensor[] Run(ScalarType type)
        {
            Tensor x = pictures.to_type(type).detach().requires_grad_(), weight = layer.weight!.detach().to_type(type).detach().requires_grad_();
            Tensor y = functional.conv2d(x, weight, padding: [kernel / 2, kernel / 2]);
            (y * upstream.to_type(type)).sum().backward();
            return [y.detach(), x.grad!, weight.grad!];
        }
    }

    [Fact]
    public void Two_users_at_once_may_leave_in_any_order()
    {
        using var scope = NewDisposeScope();
        using var layer = Conv2d(20, 12, 3, padding: 1, bias: false);
        Tensor x = randn(2, 20, 14, 14);
        using var noGradient = no_grad();
        ExactConvolutions? first = ExactConvolutions.WhereNeeded(), second = ExactConvolutions.WhereNeeded();
        first?.Dispose();
        first?.Dispose();
        Tensor exact = functional.conv2d(x.to_type(ScalarType.Float64), layer.weight!.to_type(ScalarType.Float64), padding: [1, 1]);
        double error = (layer.call(x).to_type(ScalarType.Float64) - exact).abs().max().item<double>();
        second?.Dispose();
        Assert.InRange(error, 0, 1e-5);
    }
}
