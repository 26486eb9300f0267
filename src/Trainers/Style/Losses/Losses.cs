using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The mean square of what a layer says of two pictures: Σd² / (C·H·W), the mean over the batch.</summary>
internal static class ContentLoss
{
    /// <param name="features">Of the stylised pictures, [N, C, H, W].</param>
    /// <param name="content">Of the photographs, of the same shape.</param>
    public static Tensor Of(Tensor features, Tensor content) => (features - content).square().mean();
}

/// <summary>
/// Mean squared differences of Gram matrices, summed over layers with a weight each: Σ w·Σd²/C², the mean over the batch.
/// </summary>
/// <remarks>
/// Normalised as the classic TensorFlow code is (lengstrom/fast-style-transfer, optimize.py). With several styles, a picture's
/// target is its own mixture of their Gram matrices.
/// </remarks>
internal sealed class StyleLoss : IDisposable
{
    private readonly Dictionary<string, Target> targets;

    /// <param name="features">What the layers say of each style picture: a dictionary a style, of [1, C, h, w].</param>
    /// <param name="layerWeights">The layers and what each counts.</param>
    public StyleLoss(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> features, IReadOnlyDictionary<string, double> layerWeights)
    {
        using var noGradient = no_grad();
        targets = layerWeights.ToDictionary(layer => layer.Key, layer =>
        {
            using var scope = NewDisposeScope();
            Tensor grams = cat([.. features.Select(style => GramMatrix.Of(style[layer.Key]))], 0);
            return new Target(layer.Value, grams.DetachFromDisposeScope());
        });
        Styles = features.Count;
    }

    public int Styles { get; }

    /// <summary>One style for all pictures, the only one there is.</summary>
    public Tensor Of(IReadOnlyDictionary<string, Tensor> features) => Styles == 1
        ? Sum(features, grams => grams)
        : throw new InvalidOperationException($"There are {Styles} styles: say how much of each a picture is to have.");

    /// <param name="features">Of the stylised pictures, each [N, C, H, W].</param>
    /// <param name="mixing">How much of each style a picture is to have: float32 [N, styles].</param>
    public Tensor Of(IReadOnlyDictionary<string, Tensor> features, Tensor mixing) => Sum(features, grams =>
        mixing.matmul(grams.reshape(grams.shape[0], -1)).reshape(-1, grams.shape[1], grams.shape[2]));

    /// <summary>Each layer's share, without its weight.</summary>
    public IReadOnlyDictionary<string, Tensor> ByLayer(IReadOnlyDictionary<string, Tensor> features) =>
        targets.ToDictionary(target => target.Key, target => Difference(features[target.Key], target.Value.Grams));

    public void Dispose()
    {
        foreach (Target target in targets.Values) target.Grams.Dispose();
    }

    private Tensor Sum(IReadOnlyDictionary<string, Tensor> features, Func<Tensor, Tensor> wanted) =>
        targets.Select(target => Difference(features[target.Key], wanted(target.Value.Grams)) * target.Value.Weight).Aggregate((sum, term) => sum + term);

    private static Tensor Difference(Tensor features, Tensor wanted) => (GramMatrix.Of(features) - wanted).square().mean();

    private sealed record Target(double Weight, Tensor Grams);
}

/// <summary>How often two channels of a layer speak at the same place: the style of a picture, without its places.</summary>
internal static class GramMatrix
{
    /// <param name="features">[N, C, H, W].</param>
    /// <returns>F·Fᵀ / (C·H·W): [N, C, C].</returns>
    public static Tensor Of(Tensor features)
    {
        (long pictures, long channels, long places) = (features.shape[0], features.shape[1], features.shape[2] * features.shape[3]);
        Tensor flat = features.reshape(pictures, channels, places);
        return flat.bmm(flat.transpose(1, 2)) / (double)(channels * places);
    }
}

/// <summary>
/// Mean squared differences of neighbouring pixels, below each other and beside each other: Σdy²/ny + Σdx²/nx, the mean over the batch.
/// </summary>
internal static class TotalVariationLoss
{
    /// <param name="pixels">[N, C, H, W], at least 2 pixels a side.</param>
    public static Tensor Of(Tensor pixels) => Step(pixels, 2) + Step(pixels, 3);

    private static Tensor Step(Tensor pixels, int axis)
    {
        long last = pixels.shape[axis] - 1;
        return (pixels.narrow(axis, 1, last) - pixels.narrow(axis, 0, last)).square().mean();
    }
}

/// <summary>
/// How much a painting changes where its picture hardly does: mean squared difference, in grey levels, between a picture's painting and that of the
/// same picture a few pixels further on, with noise. A film painted frame by frame flickers less for it.
/// </summary>
/// <remarks>
/// Source: Ruder, Dosovitskiy and Brox 2018, arXiv:1708.04538, section 4, trains on moved still pictures so; the noise is Schlegel's "noise
/// resilience". The motion is known, so no optical flow is needed.
/// </remarks>
internal sealed class TemporalLoss(double weight)
{
    private const int Margin = StyleShape.Multiple;
    private const double Noise = 5;

    /// <param name="network">What paints.</param>
    /// <param name="painted">Of <paramref name="pixels"/>, with its gradient.</param>
    /// <param name="pixels">[N, 3, H, W], H and W multiples of 4.</param>
    /// <param name="style">Their styles' weights, if there are several.</param>
    /// <param name="draws">For the way moved.</param>
    public Tensor Of(Func<Tensor[], Tensor> network, Tensor painted, Tensor pixels, Tensor[] style, Random draws)
    {
        long height = pixels.shape[2] - Margin, width = pixels.shape[3] - Margin;
        long down = draws.Next(Margin + 1), right = draws.Next(Margin + 1);
        Tensor moved = Part(pixels);
        Tensor again = network([moved + randn_like(moved) * Noise, .. style]);
        return (again - Part(painted)).square().mean() * weight;

        Tensor Part(Tensor whole) => whole.narrow(2, down, height).narrow(3, right, width);
    }
}
