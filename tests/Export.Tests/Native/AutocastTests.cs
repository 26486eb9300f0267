using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>Layers in bfloat16, against the same computed in float64 of values that were rounded by hand.</summary>
public sealed class AutocastTests : IDisposable
{
    // Of a result that is rounded once more: 8 bits.
    private const double LastBit = 1.0 / 256;

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_layer_computes_of_rounded_values_and_its_gradient_comes_to_the_float32_weights()
    {
        manual_seed(1);
        Linear layer = nn.Linear(40, 7);
        Tensor input = randn(5, 40), rounded = Rounded(input), weight = Rounded(layer.weight);
        Tensor output;
        using (Autocast.ToBFloat16(CPU)) output = layer.call(input);
        Assert.Equal(ScalarType.BFloat16, output.dtype);
        AssertNear(rounded.mm(weight.t()) + Rounded(layer.bias!), output, LastBit);

        output.to_type(ScalarType.Float32).sum().backward();
        Assert.Equal(ScalarType.Float32, layer.weight.grad!.dtype);
        // Every row of Σ_n x_n, whatever the weights are.
        AssertNear(rounded.sum(0, keepdim: true).expand(7, 40), layer.weight.grad!, LastBit);

        // Weights of the next step are others, and nothing of this one's is kept.
        using (no_grad()) layer.weight.mul_(2);
        using (Autocast.ToBFloat16(CPU)) output = layer.call(input);
        AssertNear(rounded.mm(weight.t()) * 2 + Rounded(layer.bias!), output, LastBit);
    }

    [Fact]
    public void Afterwards_layers_compute_in_float32_again_and_batch_statistics_always_do()
    {
        manual_seed(2);
        Conv2d convolution = nn.Conv2d(3, 8, 3);
        BatchNorm2d norm = nn.BatchNorm2d(8);
        Tensor input = randn(4, 3, 9, 9), given;
        using (Autocast.ToBFloat16(CPU))
        {
            given = convolution.call(input);
            Assert.Equal(ScalarType.BFloat16, given.dtype);
            norm.call(given);
        }
        Assert.Equal(ScalarType.Float32, norm.running_mean!.dtype);
        // The momentum is 0.1; the mean is of values that were rounded to 8 bits, and is not rounded itself.
        AssertNear(given.to_type(ScalarType.Float64).mean([0, 2, 3]) * 0.1, norm.running_mean!, 1e-5);
        Assert.Equal(ScalarType.Float32, convolution.call(input).dtype);
    }

    private static Tensor Rounded(Tensor values) => values.detach().to_type(ScalarType.BFloat16).to_type(ScalarType.Float64);

    // By the greatest value: sums of both signs cancel.
    private static void AssertNear(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((actual.detach().to_type(ScalarType.Float64) - expected).abs().max().item<double>(), 0, tolerance * expected.abs().max().item<double>());
}
