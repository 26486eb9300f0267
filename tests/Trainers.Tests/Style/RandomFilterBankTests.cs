using Microsoft.ML.Data;
using MLNetGen.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

public class RandomFilterBankTests
{
    [Fact]
    public void The_same_seed_gives_the_same_filters_whatever_torch_draws()
    {
        using var scope = NewDisposeScope();
        Tensor picture = Noise(seed: 1);
        manual_seed(1);
        using RandomFilterBank first = new(seed: 5);
        manual_seed(2);
        using RandomFilterBank second = new(seed: 5), other = new(seed: 6);

        foreach (string layer in first.Layers)
        {
            Assert.True(Layer(first, picture, layer).equal(Layer(second, picture, layer)).all().item<bool>());
            Assert.False(Layer(first, picture, layer).equal(Layer(other, picture, layer)).all().item<bool>());
        }
    }

    // System.Random's first number of seed 1, as documented runs of .NET Framework and .NET give it; the rest is the formula of a filter.
    [Fact]
    public void A_filter_is_the_formula_of_its_numbers()
    {
        Random random = new(1);
        Assert.Equal(0.24866858415709278, random.NextDouble(), 15);
        random = new(1);
        (double direction, double wavelength, double phase) = (Math.PI * random.NextDouble(), 3 + 4 * random.NextDouble(), 2 * Math.PI * random.NextDouble());
        double[,] wave = new double[7, 7];
        for (int y = -3; y <= 3; y++)
        {
            for (int x = -3; x <= 3; x++)
                wave[y + 3, x + 3] = Math.Exp(-(x * x + y * y) / (2 * 49 / 20.25)) * Math.Cos(2 * Math.PI / wavelength * (x * Math.Cos(direction) + y * Math.Sin(direction)) + phase);
        }

        float[] drawn = GaborFilters.Draw(new Random(1), 1, 1, 7);

        double mean = wave.Cast<double>().Average();
        double factor = drawn[24] / (wave[3, 3] - mean);
        Assert.Equal(0, drawn.Average(value => (double)value), 6);
        for (int pixel = 0; pixel < 49; pixel++)
            Assert.Equal((wave[pixel / 7, pixel % 7] - mean) * factor, drawn[pixel], 5);
    }

    [Fact]
    public void Plain_pictures_of_any_grey_have_no_outlines_and_their_colours_are_seen()
    {
        using var scope = NewDisposeScope();
        using RandomFilterBank network = new();
        Tensor dark = full([1, 3, 48, 40], 30f), red = dark.clone();
        red[0, 0] = 200f;

        Assert.InRange(Layer(network, red, "outlines").abs().max().ToSingle(), 0, 1e-4);
        foreach (string layer in network.DefaultStyleLayers)
        {
            Tensor features = Layer(network, red, layer);
            Assert.InRange(features.narrow(1, 0, 48).abs().max().ToSingle(), 0, 1e-4);
            // R − B: (200 − 30) / √2 over 0.35 of the luminance's deviation.
            Assert.Equal(170 / Math.Sqrt(2) / (0.35 * 105), features[0, 49, 0, 0].ToDouble(), 3);
        }
    }

    [Fact]
    public void Every_scale_halves_the_picture_rounding_up_and_only_what_is_asked_for_comes_back()
    {
        using var scope = NewDisposeScope();
        using RandomFilterBank network = new();
        Tensor picture = Noise(seed: 3, height: 33, width: 50);

        IReadOnlyDictionary<string, Tensor> all = network.Features(picture, network.Layers);

        Assert.Equal([1, 54, 33, 50], all["scale1"].shape);
        Assert.Equal([1, 54, 17, 25], all["scale2"].shape);
        Assert.Equal([1, 54, 3, 4], all["scale5"].shape);
        Assert.Equal([1, 72, 17, 25], all["outlines"].shape);
        Assert.Equal(["scale2"], network.Features(picture, ["scale2"]).Keys);
        Assert.Equal(network.Layers, all.Keys);
    }

    [Fact]
    public void The_gradient_reaches_the_pixels_and_is_the_slope_of_the_features()
    {
        using var scope = NewDisposeScope();
        using RandomFilterBank network = new();
        Tensor picture = Noise(seed: 4).requires_grad_();
        Tensor direction = Noise(seed: 5) - 127.5;

        Total(network, picture).backward();

        using var noGradient = no_grad();
        double slope = (picture.grad! * direction).sum().ToDouble();
        double measured = (Total(network, picture + 0.01 * direction) - Total(network, picture - 0.01 * direction)).ToDouble() / 0.02;
        Assert.InRange(slope / measured, 0.99, 1.01);
    }

    [Fact]
    public void Outlines_tell_a_photograph_in_other_colours_from_another_photograph()
    {
        using var scope = NewDisposeScope();
        using RandomFilterBank network = new();
        Tensor photograph = Blocks(seed: 1), another = Blocks(seed: 2);
        // Another contrast, other colours, a little noise.
        Tensor recoloured = photograph * tensor([0.5f, 0.8f, 0.7f], [1, 3, 1, 1]) + tensor([90f, 20f, 0f], [1, 3, 1, 1]) + (Noise(seed: 6) - 127.5) * 0.1;

        double right = Distance(network, recoloured, photograph), wrong = Distance(network, recoloured, another);

        Assert.InRange(right / wrong, 0, 0.35);
    }

    [DataFact("style")]
    public void Outlines_tell_photographs_apart_when_both_have_a_paintings_colours()
    {
        using var scope = NewDisposeScope();
        using RandomFilterBank network = new();
        Picture[] photographs = [Photograph("chicago.jpg"), Photograph("stata.jpg")];

        foreach (string painting in (string[])["wave.jpg", "the_scream.jpg"])
        {
            for (int photograph = 0; photograph < 2; photograph++)
            {
                Tensor matched = StylePictures.ToTensor(ColorMatching.MatchMeanAndCovariance(photographs[photograph], Photograph(painting)), CPU);
                double right = Distance(network, matched, StylePictures.ToTensor(photographs[photograph], CPU)), wrong = Distance(network, matched, StylePictures.ToTensor(photographs[1 - photograph], CPU));
                Assert.InRange(right / wrong, 0, 0.5);
            }
        }
    }

    private static Picture Photograph(string name)
    {
        using MLImage image = MLImage.CreateFromFile(SharedData.Path(Path.Combine("style", name)));
        return PictureResize.ToCover(Picture.FromImage(image), 192, 128);
    }

    private static double Distance(RandomFilterBank network, Tensor a, Tensor b) =>
        (Layer(network, a, network.DefaultContentLayer) - Layer(network, b, network.DefaultContentLayer)).square().mean().ToDouble();

    private static Tensor Total(RandomFilterBank network, Tensor picture) =>
        network.Features(picture, network.Layers).Values.Select(features => features.square().sum()).Aggregate((sum, next) => sum + next);

    private static Tensor Layer(RandomFilterBank network, Tensor picture, string layer) => network.Features(picture, [layer])[layer];

    private static Tensor Noise(int seed, int height = 64, int width = 64)
    {
        Random random = new(seed);
        return tensor(Enumerable.Range(0, 3 * height * width).Select(_ => (float)(random.NextDouble() * 255)).ToArray(), [1, 3, height, width]);
    }

    // Rectangles of random colours over each other.
    private static Tensor Blocks(int seed)
    {
        Random random = new(seed);
        Tensor picture = full([1, 3, 64, 64], 128f);
        for (int block = 0; block < 30; block++)
        {
            (int y, int x, int height, int width) = (random.Next(50), random.Next(50), random.Next(4, 14), random.Next(4, 14));
            picture.narrow(2, y, height).narrow(3, x, width).copy_(
                tensor(Enumerable.Range(0, 3).Select(_ => (float)random.Next(256)).ToArray(), [1, 3, 1, 1]).expand(1, 3, height, width));
        }

        return picture;
    }
}
