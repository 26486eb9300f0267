using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// Weights of the terms for a loss network that none were published for, so that they weigh the same at the start: a photograph in the
/// painting's colours has a style loss of 1, the same from every layer; content that has nothing to do with the photograph's about <see cref="Content"/>.
/// </summary>
/// <remarks>
/// The reference must not depend on a network that is still to be trained, nor on noise, whose style loss is many times any picture's. That is
/// why it is the photographs themselves with the mean and covariance of the painting's colours.
/// </remarks>
internal static class Calibration
{
    /// <summary>The content term of a picture whose features are the photographs' mean.</summary>
    public const double Content = 0.3;

    /// <summary>The total variation of the photographs in the painting's colours.</summary>
    public const double TotalVariation = 0.01;

    // A layer that sees no difference must not weigh without bounds.
    private const double Least = 1e-12;

    /// <param name="network">What judges.</param>
    /// <param name="styles">float32 [1, 3, h, w] each, 0 to 255.</param>
    /// <param name="photographs">Some content pictures: float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="contentLayer">Null for the network's own.</param>
    /// <param name="styleLayers">Style layers and what each is to count beside the others; null for the network's own, all alike.</param>
    public static PerceptualLossSettings For(
        LossNetwork network, IReadOnlyList<Tensor> styles, Tensor photographs, string? contentLayer = null, IReadOnlyDictionary<string, double>? styleLayers = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        contentLayer ??= network.DefaultContentLayer;
        styleLayers ??= network.DefaultStyleLayers.ToDictionary(layer => layer, _ => 1.0);
        network.CheckLayers([contentLayer, .. styleLayers.Keys]);
        Dictionary<string, double> differences = styleLayers.Keys.ToDictionary(layer => layer, _ => 0.0);
        double variation = 0;
        foreach (Tensor style in styles)
        {
            using var each = NewDisposeScope();
            Tensor matched = Matched(photographs, style);
            using StyleLoss loss = new([network.Features(style, [.. styleLayers.Keys])], styleLayers);
            foreach ((string layer, Tensor difference) in loss.ByLayer(network.Features(matched, [.. styleLayers.Keys])))
                differences[layer] += difference.ToDouble() / styles.Count;
            variation += TotalVariationLoss.Of(matched).ToDouble() / styles.Count;
        }

        double sum = styleLayers.Values.Sum();
        return new(
            contentLayer,
            styleLayers.ToDictionary(layer => layer.Key, layer => layer.Value / sum / Math.Max(differences[layer.Key], Least)),
            new(Content / Math.Max(Variance(network.Features(photographs, [contentLayer])[contentLayer]), Least), 1, TotalVariation / Math.Max(variation, Least)));
    }

    private static Tensor Matched(Tensor photographs, Tensor style)
    {
        Picture target = (style / 255).ToPictures()[0];
        return cat([.. (photographs / 255).ToPictures().Select(photograph => StylePictures.ToTensor(ColorMatching.MatchMeanAndCovariance(photograph, target), photographs.device))], 0);
    }

    // Of a channel over all places and pictures; the mean over channels.
    private static double Variance(Tensor features)
    {
        Tensor byChannel = features.transpose(0, 1).flatten(1);
        return (byChannel - byChannel.mean([1], keepdim: true)).square().mean().ToDouble();
    }
}
