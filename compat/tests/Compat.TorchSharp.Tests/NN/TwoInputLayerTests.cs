using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Layers of two inputs, and layers that also say where, against PyTorch 1.13: a = sin(0), sin(1), …; b = cos(a).</summary>
[Collection(nameof(AloneCollection))]
public class TwoInputLayerTests
{
    [Fact]
    public void Bilinear_draws_and_computes_as_PyTorch_does()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var layer = Bilinear(3, 4, 2);

        var output = layer.call(Numbers.Sines(2, 3), Numbers.Sines(2, 4).cos());

        Assert.Equal([2, 3, 4], layer.weight.shape);
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(p => p.name));
        Numbers.AssertClose([0.0521961f, 0.6582283f, -0.1284542f, -0.7184578f], output, 2e-6);
    }

    [Fact]
    public void Bilinear_without_bias_has_one_parameter()
    {
        using var layer = Bilinear(3, 4, 2, hasBias: false);

        Assert.Null(layer.bias);
        Assert.Equal(["weight"], layer.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void Similarities_and_distances_are_PyTorchs()
    {
        using var scope = NewDisposeScope();
        var a = Numbers.Sines(2, 3);
        var b = a.cos();

        Numbers.AssertClose([0.6694331f, -0.5765011f], CosineSimilarity().call(a, b), 2e-6);
        Numbers.AssertClose([0.7035658f, 0.009413034f, 0.0069954991f], CosineSimilarity(dim: 0).call(a, b), 2e-6);
        Numbers.AssertClose([1.0572056f, 2.2964211f], PairwiseDistance().call(a, b), 2e-6);
        var kept = PairwiseDistance(p: 1, keepdim: true).call(a, b);
        Assert.Equal([2, 1], kept.shape);
        Numbers.AssertClose([1.4701023f, 3.8660989f], kept, 2e-6);
    }

    [Fact]
    public void Pooling_layers_say_where_their_maxima_lie()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([2, 2, 2, 3], AdaptiveMaxPool1d(2).forward_with_indices(Numbers.Sines(1, 2, 5)).Indices.data<long>().ToArray());
        Assert.Equal([14, 2, 20, 14, 32, 33], AdaptiveMaxPool2d([2, 3]).forward_with_indices(Numbers.Sines(1, 1, 5, 7)).Indices.data<long>().ToArray());
        Assert.Equal([20, 2, 8, 14, 33, 39, 45, 58], MaxPool3d(2).forward_with_indices(Numbers.Sines(1, 1, 4, 4, 4)).Indices.data<long>().ToArray());
    }

    [Fact]
    public void RReLU_takes_the_mean_slope_in_training_mode_too()
    {
        using var layer = RReLU(0.1, 0.4);
        layer.train();

        Numbers.AssertClose([-0.5f, 3], layer.call(tensor(new[] { -2f, 3f })), 1e-6);
    }

    [Fact]
    public void Layers_in_place_change_their_input()
    {
        var x = tensor(new[] { -2f, 0.5f, 3f });

        using var layer = Threshold(1, 9, inplace: true);
        var y = layer.call(x);

        Assert.Equal([9f, 9f, 3f], x.data<float>().ToArray());
        Assert.Equal([9f, 9f, 3f], y.data<float>().ToArray());
    }
}
