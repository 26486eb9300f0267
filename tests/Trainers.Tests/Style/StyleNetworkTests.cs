using System.Text.Json;
using MLNetGen.Style;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>Against PyTorch: Fixtures/style_network.json, which tests/peers/style_network.py made from weights that a formula gives.</summary>
public class StyleNetworkTests
{
    private const double Tolerance = 1e-4;
    private const double Rounding = 1e-6;
    private const long Prime = 65521;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("nearestReflection", StyleNetwork.Full, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection)]
    [InlineData("nearestSame", StyleNetwork.Full, 1, StyleUpsampling.NearestConvolution, StylePadding.Same)]
    [InlineData("transposedReflection", StyleNetwork.Full, 1, StyleUpsampling.TransposedConvolution, StylePadding.Reflection)]
    [InlineData("transposedSame", StyleNetwork.Full, 1, StyleUpsampling.TransposedConvolution, StylePadding.Same)]
    [InlineData("small", StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection)]
    [InlineData("twoStyles", StyleNetwork.Small, 2, StyleUpsampling.NearestConvolution, StylePadding.Reflection)]
    public void Paintings_and_gradients_are_PyTorchs(string name, StyleNetwork network, int styles, StyleUpsampling upsampling, StylePadding padding)
    {
        Truth truth = JsonSerializer.Deserialize<Dictionary<string, Truth>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Style", "Fixtures", "style_network.json")), Json)![name];
        using var scope = NewDisposeScope();
        using TransformNetwork transform = new(new StyleShape(network, styles, upsampling, padding));
        Fill(transform);
        (string Name, Parameter Parameter)[] parameters = [.. transform.named_parameters()];
        Assert.Equal(truth.Parameters, parameters.Sum(p => p.Parameter.numel()));

        Tensor pixels = Numbers([2, 3, 40, 48], 11, 255) + 127.5;
        Tensor[] mixture = styles == 1 ? [] : [tensor(new[] { 0.25f, 0.75f, 1, 0 }, [2, 2])];
        Tensor painted = transform.call([pixels, .. mixture]);
        Compare(truth.Painted, painted, "painted");
        painted.square().mean().backward();
        // What is normalised afterwards has no gradient but rounding: such are held against the largest of all.
        double largest = truth.Gradients.Max(gradient => gradient.Length);
        foreach ((Look expected, (string each, Parameter parameter)) in truth.Gradients.Zip(parameters))
            Compare(expected, parameter.grad!, $"gradient of {each}", largest);
    }

    [Fact]
    public void Kernels_are_drawn_from_a_normal_distribution_cut_at_two_deviations()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using TransformNetwork network = new(new StyleShape(StyleNetwork.Full, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
        Tensor kernels = cat([.. network.parameters().Where(p => p.dim() == 4).Select(p => p.detach().flatten())], 0);
        Assert.True(kernels.abs().max().ToDouble() <= 0.2 + 1e-6);
        Assert.Equal(0, kernels.mean().ToDouble(), 3);
        // Of a normal distribution cut at two deviations, the deviation is 0.8796 of the whole one's.
        Assert.Equal(0.08796, kernels.std().ToDouble(), 3);
        // And its middle half lies within 0.6430 deviations: a uniform distribution's would lie within 1.
        Assert.Equal(0.5, (kernels.abs() < 0.0643).to(ScalarType.Float32).mean().ToDouble(), 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.25)]
    public void Strength_blends_between_the_picture_and_its_painting(double strength)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using StylizerModule module = new(new TransformNetwork(new StyleShape(StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection)));
        Tensor picture = rand(1, 3, 45, 38) * 255;
        Tensor painted = module.call([picture, ones(1)]);
        Tensor blended = module.call([picture, full([1], (float)strength)]);
        Assert.Equal(picture.shape, painted.shape);
        Assert.True(((1 - strength) * picture + strength * painted - blended).abs().max().ToDouble() < 1e-3);
    }

    private static Tensor Numbers(long[] shape, long offset, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor i = arange(Prime, ScalarType.Int64);
        Tensor period = (((i * i * 3 + i * 7 + offset).remainder(Prime).to(ScalarType.Float64) / Prime - 0.5) * scale).to(ScalarType.Float32);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return period.repeat((count + Prime - 1) / Prime).narrow(0, 0, count).reshape(shape).MoveToOuterDisposeScope();
    }

    private static void Fill(TransformNetwork network)
    {
        using var noGradient = no_grad();
        int offset = 0;
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            using var scope = NewDisposeScope();
            parameter.copy_(Numbers(parameter.shape, offset++, parameter.dim() == 4 ? 0.35 : 0.5));
            if (name.EndsWith("norm.weight", StringComparison.Ordinal) || name.EndsWith("scale", StringComparison.Ordinal))
                parameter.add_(1);
        }
    }

    private static void Compare(Look expected, Tensor actual, string what, double largest = 0)
    {
        using var scope = NewDisposeScope();
        Tensor flat = actual.detach().flatten();
        long count = flat.numel();
        long[] places = [.. new SortedSet<long> { 0, count / 5, count * 2 / 5, count * 3 / 5, count * 4 / 5, count - 1 }];
        float[] values = [.. flat.index_select(0, tensor(places)).data<float>()];
        double scale = Math.Max(expected.Length / Math.Sqrt(count), Rounding * largest / Tolerance);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values[i] - expected.Values[i]) <= Tolerance * Math.Max(scale, Math.Abs(expected.Values[i])), $"{what} at {places[i]}: {values[i]}, not {expected.Values[i]}");
        double length = flat.to(ScalarType.Float64).norm().ToDouble();
        Assert.True(Math.Abs(length - expected.Length) <= Math.Max(Tolerance * expected.Length, Rounding * largest), $"{what} is {length} long, not {expected.Length}");
    }

    private sealed record Look(double[] Values, double Length);

    private sealed record Truth(long Parameters, Look Painted, Look[] Gradients);
}
