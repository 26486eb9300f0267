using System.Text.Json;
using MLNetGen.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>Against PyTorch: Fixtures/losses.json, which tests/peers/style.py made with the classic TensorFlow code's formulas.</summary>
public class PerceptualLossTests
{
    private const double Tolerance = 1e-4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly double[] LayerWeights = [1, 0.5, 2, 0.25, 3];

    [Theory]
    [InlineData("VGG-16", "torchvision")]
    [InlineData("VGG-16", "matconvnet")]
    [InlineData("VGG-19", "torchvision")]
    [InlineData("VGG-19", "matconvnet")]
    public void Features_Gram_matrices_terms_and_their_gradients_are_PyTorchs(string name, string convention)
    {
        Truth truth = JsonSerializer.Deserialize<Dictionary<string, Truth>>(System.IO.File.ReadAllText(StyleFixture.File("losses.json")), Json)![$"{name} {convention}"];
        using var scope = NewDisposeScope();
        using LossNetwork network = StyleFixture.Vgg(name, convention);
        Tensor stylised = (StyleFixture.Numbers([2, 3, 53, 45], 11, 255) + 127.5).requires_grad_();
        Tensor content = StyleFixture.Numbers([2, 3, 53, 45], 12, 255) + 127.5;
        Tensor[] styles = [StyleFixture.Numbers([1, 3, 39, 64], 13, 200) + 120, StyleFixture.Numbers([1, 3, 64, 48], 14, 120) + 60];

        foreach ((string layer, Tensor features) in network.Features(stylised, [.. truth.Features.Keys])) Compare(truth.Features[layer], features, layer);
        foreach ((string layer, Tensor features) in network.Features(stylised, StyleFixture.StyleLayers)) Compare(truth.Grams[layer], GramMatrix.Of(features), $"Gram matrix of {layer}");

        PerceptualLossSettings settings = new("relu4_2", StyleFixture.StyleLayers.Zip(LayerWeights).ToDictionary(pair => pair.First, pair => pair.Second), StyleWeights.Published);
        using PerceptualLoss one = new(network, styles[..1], settings), both = new(network, styles, settings);
        StyleTerms terms = one.Terms(stylised, content);
        StyleTerms mixed = both.Terms(stylised, content, tensor((float[])[1, 0, 0.25f, 0.75f], [2, 2]));
        (string, Tensor)[] all = [("content", terms.Content), ("style", terms.Style), ("mixed", mixed.Style), ("totalVariation", terms.TotalVariation)];
        foreach ((string what, Tensor term) in all)
        {
            Assert.Equal(1, term.ToDouble() / truth.Terms[what], Tolerance);
            Compare(truth.Gradients[what], autograd.grad([term], [stylised], retain_graph: true)[0], $"gradient of {what}");
        }

        Assert.Equal(truth.Terms["content"] + truth.Terms["style"] + truth.Terms["totalVariation"], terms.Total.ToDouble(), Tolerance * terms.Total.ToDouble());
    }

    [Fact]
    public void A_term_of_weight_0_is_0_and_asks_nothing_of_the_network()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = StyleFixture.Vgg("VGG-16", "torchvision");
        Tensor photograph = StyleFixture.Numbers([1, 3, 40, 40], 1, 255) + 127.5, painting = StyleFixture.Numbers([1, 3, 40, 40], 2, 255) + 127.5;
        // Smaller than the network takes: no feature of it could be had.
        Tensor tiny = StyleFixture.Numbers([1, 3, 4, 4], 3, 255) + 127.5;
        using PerceptualLoss smooth = new(network, [painting], PerceptualLossSettings.For(network, new(0, 0, 2)));
        using PerceptualLoss content = new(network, [painting], PerceptualLossSettings.For(network, new(3, 0, 0)));

        StyleTerms terms = smooth.Terms(tiny, tiny);
        Assert.Equal((0.0, 0.0), (terms.Content.ToDouble(), terms.Style.ToDouble()));
        Assert.Equal(2 * TotalVariationLoss.Of(tiny).ToDouble(), terms.Total.ToDouble(), 1e-3);
        Assert.Equal(0, content.Terms(photograph, photograph).Total.ToDouble());
        Assert.True(content.Terms(painting, photograph).Content.ToDouble() > 0);
    }

    [Fact]
    public void The_style_of_the_style_picture_itself_is_right_and_its_mirror_image_nearly()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = StyleFixture.Vgg("VGG-19", "torchvision");
        Tensor painting = StyleFixture.Numbers([1, 3, 48, 64], 2, 255) + 127.5, other = StyleFixture.Numbers([1, 3, 48, 64], 3, 60) + 127.5;
        using PerceptualLoss loss = new(network, [painting], PerceptualLossSettings.For(network, new(0, 1, 0)));

        Assert.Equal(0, loss.Terms(painting, painting).Style.ToDouble());
        Assert.True(loss.Terms(painting.roll([5, 9], [2, 3]), painting).Style.ToDouble() < 0.05 * loss.Terms(other, painting).Style.ToDouble());
    }

    [Fact]
    public void Several_styles_need_to_be_told_how_much_of_each()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = StyleFixture.Vgg("VGG-16", "torchvision", width: 1);
        Tensor picture = StyleFixture.Numbers([1, 3, 40, 40], 1, 255) + 127.5;
        using PerceptualLoss loss = new(network, [picture, picture], PerceptualLossSettings.For(network, StyleWeights.Published));

        Assert.Contains("2 styles", Assert.Throws<InvalidOperationException>(() => loss.Terms(picture, picture)).Message);
    }

    private static void Compare(Look expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        Tensor flat = actual.detach().flatten();
        long count = flat.numel();
        long[] places = [.. new SortedSet<long> { 0, count / 5, count * 2 / 5, count * 3 / 5, count * 4 / 5, count - 1 }];
        float[] values = [.. flat.index_select(0, tensor(places)).data<float>()];
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values[i] - expected.Values[i]) <= Tolerance * Math.Max(expected.Largest, Math.Abs(expected.Values[i])), $"{what} at {places[i]}: {values[i]}, not {expected.Values[i]}");
        Assert.Equal(1, flat.to(ScalarType.Float64).norm().ToDouble() / expected.Length, Tolerance);
    }

    private sealed record Look(double[] Values, double Largest, double Length);

    private sealed record Truth(Dictionary<string, Look> Features, Dictionary<string, Look> Grams, Dictionary<string, double> Terms, Dictionary<string, Look> Gradients);
}
