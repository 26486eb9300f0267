using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>
/// The loss network for when no trained weights are at hand: one layer of fixed random filters at five scales of the picture. It knows
/// nothing of objects, but tells colours, strokes and outlines.
/// </summary>
/// <remarks>
/// <para>The picture is halved four times. <c>scale1</c> … <c>scale5</c> are for style: rectified answers of 48 random
/// <see cref="GaborFilters"/> and the colours themselves. <c>outlines</c> is for content: rectified answers to the luminance alone, at the
/// second, third and fourth scale, so that a photograph's shapes are kept and its colours are free.</para>
/// <para>Source: Ustyuzhaninov, Brendel, Gatys and Bethge 2016, "Texture synthesis using shallow convolutional networks with random
/// filters", arXiv:1606.00021: one layer is enough for textures if its filters have many sizes; here one size sees many scales, which costs
/// a fraction. He, Wang and Hopcroft 2016, arXiv:1606.04801, use deep random networks, whose pictures are poorer here.</para>
/// </remarks>
internal sealed class RandomFilterBank : LossNetwork
{
    /// <summary>Of the filters, unless another is asked for.</summary>
    public const int DefaultSeed = 1;

    private const int Scales = 5, Filters = 48, OutlineFilters = 24, Size = 7;

    private const int FirstOutlineScale = 2, LastOutlineScale = 4;

    private const string Outlines = "outlines";

    // Of an average photograph: its middle grey, and the deviation of its luminance.
    private const double Grey = 120, Deviation = 105;

    private static readonly string[] StyleLayers = [.. Enumerable.Range(1, Scales).Select(Scale)];

    // R + G + B, R − B and R − 2G + B are almost uncorrelated in photographs; what each deviates beside the first.
    private static readonly (double[] Axis, double Deviation)[] ColourAxes = [([1, 1, 1], 1), ([1, 0, -1], 0.35), ([1, -2, 1], 0.18)];

    private readonly Tensor[] filters, outlineFilters;
    private Tensor axes, blur;

    /// <param name="seed">The same seed gives the same filters everywhere.</param>
    public RandomFilterBank(int seed = DefaultSeed)
    {
        Description = $"random filters, seed {seed}";
        // Not of the filters: their last digits may differ between machines, which is no other network.
        WeightsHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Description)));
        Random random = new(seed);
        filters = [.. StyleLayers.Select(_ => Drawn(random, Filters, channels: 3))];
        outlineFilters = [.. StyleLayers[(FirstOutlineScale - 1)..LastOutlineScale].Select(_ => Drawn(random, OutlineFilters, channels: 1))];
        axes = Kept(
            [.. ColourAxes.SelectMany(axis => axis.Axis.Select(value => (float)(value / (Math.Sqrt(axis.Axis.Sum(v => v * v)) * axis.Deviation * Deviation))))], [3, 3, 1, 1]);
        float[] binomial = [1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f];
        blur = Kept([.. ColourAxes.SelectMany(_ => binomial)], [3, 1, 5, 1]);
    }

    public override string Description { get; }

    public override string WeightsHash { get; }

    public override IReadOnlyList<string> Layers { get; } =
        [.. StyleLayers[..LastOutlineScale], Outlines, .. StyleLayers[LastOutlineScale..]];

    public override string DefaultContentLayer => Outlines;

    public override IReadOnlyList<string> DefaultStyleLayers => StyleLayers;

    // The fifth scale has 2 pixels of it.
    public override int SmallestSide => 32;

    public override StyleWeights? PublishedWeights => null;

    public override IReadOnlyDictionary<string, Tensor> Features(Tensor pixels, IReadOnlyCollection<string> layers)
    {
        Check(pixels, layers);
        using var scope = NewDisposeScope();
        int deepest = layers.Select(layer => layer == Outlines ? LastOutlineScale : Array.IndexOf(StyleLayers, layer) + 1).DefaultIfEmpty(0).Max();
        List<Tensor> pyramid = [];
        for (int scale = 1; scale <= deepest; scale++)
            pyramid.Add(scale == 1 ? functional.conv2d(pixels - Grey, axes) : Halved(pyramid[^1]));

        return layers.Distinct().ToDictionary(
            layer => layer,
            layer => (layer == Outlines ? OutlinesOf(pyramid) : StyleOf(pyramid, Array.IndexOf(StyleLayers, layer))).MoveToOuterDisposeScope());
    }

    public override void To(Device device)
    {
        axes = Moved(axes, device);
        blur = Moved(blur, device);
        foreach (Tensor[] bank in new[] { filters, outlineFilters })
        {
            for (int scale = 0; scale < bank.Length; scale++) bank[scale] = Moved(bank[scale], device);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (Tensor tensor in (Tensor[])[.. filters, .. outlineFilters, axes, blur]) tensor.Dispose();
    }

    private static string Scale(int scale) => $"scale{scale}";

    private static Tensor Drawn(Random random, int count, int channels) =>
        Kept(GaborFilters.Draw(random, count, channels, Size), [count, channels, Size, Size]);

    private static Tensor Kept(float[] values, long[] shape) => tensor(values, shape).DetachFromDisposeScope();

    private static Tensor Moved(Tensor tensor, Device device) => tensor.to(device, disposeAfter: true).DetachFromDisposeScope();

    private static Tensor Answers(Tensor picture, Tensor bank) =>
        functional.relu(functional.conv2d(functional.pad(picture, [Size / 2, Size / 2, Size / 2, Size / 2], PaddingModes.Replicate), bank));

    // Filters that sum to 0 are blind to plain areas, whose colours are style as well.
    private Tensor StyleOf(List<Tensor> pyramid, int scale) =>
        cat([Answers(pyramid[scale], filters[scale]), functional.relu(cat([pyramid[scale], -pyramid[scale]], 1))], 1);

    private Tensor OutlinesOf(List<Tensor> pyramid)
    {
        long[] size = pyramid[FirstOutlineScale - 1].shape[2..];
        return cat(
            [
                .. outlineFilters.Select((bank, index) =>
                {
                    Tensor answers = Answers(pyramid[FirstOutlineScale - 1 + index].narrow(1, 0, 1), bank);
                    return index == 0 ? answers : functional.interpolate(answers, size);
                }),
            ],
            1);
    }

    // Burt and Adelson 1983: blurred by 1 4 6 4 1 before every second pixel is left out, so that nothing is aliased.
    private Tensor Halved(Tensor picture)
    {
        Tensor columns = functional.conv2d(functional.pad(picture, [0, 0, 2, 2], PaddingModes.Replicate), blur, strides: [2, 1], groups: 3);
        return functional.conv2d(functional.pad(columns, [2, 2, 0, 0], PaddingModes.Replicate), blur.transpose(2, 3), strides: [1, 2], groups: 3);
    }
}

/// <summary>
/// Random Gabor filters: a cosine grating under a Gaussian window, of any direction, wavelength, phase and colour. Each sums to 0 over a
/// channel and has deviation 1 on photographs.
/// </summary>
/// <remarks>
/// Smooth filters of one direction each paint strokes and outlines; white noise of the same size paints blotches. Drawn by
/// <see cref="Random"/>, whose numbers for a seed are documented to stay: the same seed gives the same filters on every machine.
/// </remarks>
internal static class GaborFilters
{
    // Of a window, in widths of the filter: 2¼ deviations to either side.
    private const double Window = 1 / 4.5;

    private const double ShortestWavelength = 3;

    // Neighbouring pixels of photographs are alike: their correlation falls by e in so many pixels.
    private const double CorrelationLength = 6;

    /// <param name="random">Numbers are taken in the order of the filters.</param>
    /// <param name="filters">How many: their directions are spread evenly, with a jitter.</param>
    /// <param name="channels">Of the picture; 1 for the luminance alone. Taken to be uncorrelated and of one deviation.</param>
    /// <param name="size">Height and width in pixels, odd.</param>
    /// <returns>[filters, channels, size, size].</returns>
    public static float[] Draw(Random random, int filters, int channels, int size)
    {
        double[,] correlation = Correlation(size);
        float[] values = new float[filters * channels * size * size];
        for (int filter = 0; filter < filters; filter++)
        {
            double direction = Math.PI * (filter + random.NextDouble()) / filters;
            double wavelength = ShortestWavelength + (size - ShortestWavelength) * random.NextDouble();
            double phase = 2 * Math.PI * random.NextDouble();
            double[] colour = Direction(random, channels);
            double[] wave = Wave(size, direction, wavelength, phase);
            double deviation = Math.Sqrt(Form(correlation, wave));
            for (int channel = 0; channel < channels; channel++)
            {
                for (int pixel = 0; pixel < wave.Length; pixel++)
                    values[(filter * channels + channel) * wave.Length + pixel] = (float)(colour[channel] * wave[pixel] / deviation);
            }
        }

        return values;
    }

    private static double[] Wave(int size, double direction, double wavelength, double phase)
    {
        double[] wave = new double[size * size];
        double middle = (size - 1) / 2.0, deviation = size * Window;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (double right, double down) = (x - middle, y - middle);
                double along = right * Math.Cos(direction) + down * Math.Sin(direction);
                wave[y * size + x] = Math.Exp(-(right * right + down * down) / (2 * deviation * deviation)) * Math.Cos(2 * Math.PI * along / wavelength + phase);
            }
        }

        double mean = wave.Average();
        return [.. wave.Select(value => value - mean)];
    }

    // A random point of the unit sphere.
    private static double[] Direction(Random random, int dimensions)
    {
        double[] values = [.. Enumerable.Range(0, dimensions).Select(_ => Normal(random))];
        double length = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / length)];
    }

    // Box and Muller 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[,] Correlation(int size)
    {
        double[,] correlation = new double[size * size, size * size];
        for (int a = 0; a < size * size; a++)
        {
            for (int b = 0; b < size * size; b++)
                correlation[a, b] = Math.Exp(-Math.Sqrt(Math.Pow(a / size - b / size, 2) + Math.Pow(a % size - b % size, 2)) / CorrelationLength);
        }

        return correlation;
    }

    // The variance of a filter's answer.
    private static double Form(double[,] correlation, double[] filter)
    {
        double sum = 0;
        for (int a = 0; a < filter.Length; a++)
        {
            for (int b = 0; b < filter.Length; b++) sum += filter[a] * correlation[a, b] * filter[b];
        }

        return sum;
    }
}
