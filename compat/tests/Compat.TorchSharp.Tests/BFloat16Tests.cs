using TorchSharp.Modules;

namespace Compat.TorchSharpTests;

/// <summary>What training in 16 bits needs: conversions, and the layers of a convolutional network forward and backward.</summary>
public class BFloat16Tests
{
    [Fact]
    public void Conversion_rounds_to_the_nearest_of_eight_bits_ties_to_even()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 1.00390625f, 1.01171875f, -3.14159274f, 65504, float.PositiveInfinity, float.NaN];
        var half = tensor(values).to(ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        Assert.Equal(2, half.element_size());
        Assert.Equal([1, 1, 1.015625f, -3.140625f, 65536, float.PositiveInfinity, float.NaN], half.to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal(half.to(ScalarType.Float32).nan_to_num().data<float>().ToArray(), half.to_type(ScalarType.Float64).to(ScalarType.Float32).nan_to_num().data<float>().ToArray());
    }

    [Fact]
    public void Module_converts_as_a_whole_and_weights_are_copied_between_the_types()
    {
        using var scope = NewDisposeScope();
        using var master = nn.Linear(5, 3);
        using var half = nn.Linear(5, 3);
        half.to(ScalarType.BFloat16);
        Assert.All(half.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
        using (no_grad())
        {
            foreach (var (kept, copy) in master.parameters().Zip(half.parameters()))
                copy.copy_(kept);
        }
        Assert.True(half.weight.to(ScalarType.Float32).allclose(master.weight, 0.005, 1e-6));
        half.call(ones(2, 5, dtype: ScalarType.BFloat16)).sum().backward();
        Assert.Equal(ScalarType.BFloat16, half.weight.grad!.dtype);
        master.weight.grad = half.weight.grad.to(ScalarType.Float32);
        Assert.Equal(Enumerable.Repeat(2f, 15), master.weight.grad!.data<float>().ToArray());
        half.weight.grad = null;
        Assert.Null(half.weight.grad);
    }

    [Fact]
    public void Layers_of_a_convolutional_network_come_near_float32_forward_and_backward()
    {
        using var scope = NewDisposeScope();
        Sequential Make() => nn.Sequential(
            nn.Conv2d(3, 8, 5, stride: 2, padding: 2), nn.ReLU(), nn.LocalResponseNorm(5, alpha: 0.1, k: 2), nn.MaxPool2d(3, stride: 2),
            nn.Conv2d(8, 8, 3, padding: 1, groups: 2), nn.BatchNorm2d(8), nn.Tanh(), nn.AdaptiveAvgPool2d([3, 3]), nn.Flatten(),
            nn.Dropout(0), nn.Linear(72, 16), nn.ReLU(), nn.Linear(16, 4));
        manual_seed(1);
        using var full = Make();
        using var half = Make();
        half.load_state_dict(full.state_dict());
        foreach (var layer in half.modules().Where(layer => layer is Convolution or Linear))
            layer.to(ScalarType.BFloat16);
        var x = Numbers.Sines(6, 3, 25, 25);
        var classes = tensor(new long[] { 0, 1, 2, 3, 0, 1 });

        var expected = full.call(x);
        var logits = half.call(x.to(ScalarType.BFloat16));
        Assert.Equal(ScalarType.BFloat16, logits.dtype);
        Near(expected, logits, 0.1);
        nn.functional.cross_entropy(expected, classes, label_smoothing: 0.1).backward();
        nn.functional.cross_entropy(logits.to(ScalarType.Float32), classes, label_smoothing: 0.1).backward();
        // All gradients together: where two values of a pool's window are nearly equal, 16 bits may choose the other.
        Tensor Gradient(Sequential network) => cat(network.parameters().Select(parameter => parameter.grad!.to(ScalarType.Float32).flatten()).ToArray());
        var (ours, theirs) = (Gradient(half), Gradient(full));
        Assert.InRange((ours - theirs).norm().ToDouble() / theirs.norm().ToDouble(), 0, 0.1);
    }

    // To a share of the largest.
    private static void Near(Tensor expected, Tensor half, double share)
    {
        double difference = (expected - half.to(ScalarType.Float32)).abs().max().ToDouble();
        Assert.InRange(difference, 0, share * expected.abs().max().ToDouble());
    }
}
