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
