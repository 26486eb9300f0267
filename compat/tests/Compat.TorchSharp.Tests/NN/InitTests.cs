using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Initialisers against PyTorch 1.13, with its seeds.</summary>
[Collection(nameof(AloneCollection))]
public class InitTests
{
    [Fact]
    public void Layers_made_one_after_another_draw_PyTorchs_random_numbers()
    {
        manual_seed(1);
        using var linear = Linear(3, 2);
        using var convolution = Conv2d(2, 1, 2);
        using var transposed = ConvTranspose2d(1, 2, 2);
        using var embedding = Embedding(3, 2, padding_idx: 1);

        Numbers.AssertClose([0.2974873f, -0.2548298f, -0.111926f, 0.2709903f, -0.5435388f, 0.3462469f], linear.weight.flatten(), 1e-7);
        Numbers.AssertClose([-0.1187756f, 0.2937234f], linear.bias!, 1e-7);
        Numbers.AssertClose([0.04914993f, -0.04329054f, 0.09806189f, 0.01744142f, 0.1291277f, -0.1377801f, -0.02577714f, -0.03182947f], convolution.weight.flatten(), 1e-7);
        Numbers.AssertClose([0.05124542f], convolution.bias!, 1e-7);
        Numbers.AssertClose([-0.001412383f, 0.3090646f, 0.1100223f, -0.1316655f, -0.2135326f, -0.05926108f, -0.152502f, -0.1132957f], transposed.weight.flatten(), 1e-7);
        Numbers.AssertClose([0.0169287f, 0.210763f], transposed.bias!, 1e-7);
        Numbers.AssertClose([0.5244007f, 1.015694f, 0f, 0f, 0.8137743f, 0.387136f], embedding.weight!.flatten(), 1e-6);
    }

    [Fact]
    public void Initialisers_draw_PyTorchs_random_numbers()
    {
        Check([-0.9872094f, -0.6832919f, -0.1424726f, -0.9191355f, 0.4148431f, -0.8196511f], t => init.uniform_(t, -1, 2));
        Check([1.401638f, 1.087417f, 1.044489f, 0.693141f, 1.023091f, 0.3158704f], t => init.normal_(t, 1, 0.5));
        Check([-1.629156f, -1.296231f, -0.7037934f, -1.554585f, -0.09328473f, -1.445605f], t => init.xavier_uniform_(t, 1.5));
        Check([-1.402154f, -1.115618f, -0.6057289f, -1.337974f, -0.08028671f, -1.244179f], t => init.kaiming_uniform_(t, nonlinearity: init.NonlinearityType.ReLU));
        Check([0.8032761f, 0.1748334f, 0.0889781f, -0.613718f, 0.04618245f, -1.368259f], t => init.kaiming_normal_(t, 0, init.FanInOut.FanOut, init.NonlinearityType.ReLU));
        Check([0.9714502f, 0.2114365f, 0.1076066f, 0.07564968f, 0.1538235f, -0.9851981f], t => init.orthogonal_(t));
        Check([1.984604f, 0.1948708f, 0.2198327f, -0.8172182f, 0.1141001f, -1.814987f], t => init.orthogonal_(t, 2), 3, 2);
    }

    [Fact]
    public void Initialisers_fill_parameters_that_want_gradients_and_return_them()
    {
        using var parameter = Parameter(empty(2, 2));
        Assert.Same(parameter, init.constant_(parameter, 3));
        Assert.Equal([3f, 3, 3, 3], parameter.detach().flatten().data<float>().ToArray());
        Assert.True(parameter.requires_grad && parameter.is_leaf);
        init.ones_(parameter);
        Assert.Equal(4f, parameter.sum().item<float>());
        init.zeros_(parameter);
        Assert.Equal(0f, parameter.sum().item<float>());
    }

    [Fact]
    public void Fans_count_the_receptive_field()
    {
        Assert.Equal((3L, 5L), init.CalculateFanInAndFanOut(empty(5, 3)));
        Assert.Equal((27L, 45L), init.CalculateFanInAndFanOut(empty(5, 3, 3, 3)));
        Assert.Throws<ArgumentException>(() => init.CalculateFanInAndFanOut(empty(5)));
    }

    [Theory]
    [InlineData(init.NonlinearityType.Linear, 0, 1)]
    [InlineData(init.NonlinearityType.Tanh, 0, 5.0 / 3)]
    [InlineData(init.NonlinearityType.ReLU, 0, 1.4142135623730951)]
    [InlineData(init.NonlinearityType.LeakyReLU, 0.2, 1.3867504905630728)]
    public void Gains_are_PyTorchs(init.NonlinearityType kind, double slope, double gain) =>
        Assert.Equal(gain, init.calculate_gain(kind, slope), 12);

    private static void Check(float[] expected, Action<Tensor> fill, long rows = 2, long columns = 3)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var target = empty(rows, columns);
        fill(target);
        Numbers.AssertClose(expected, target.flatten(), 1e-6);
    }
}
