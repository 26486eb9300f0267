using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// What a stylised picture lacks of its photograph's content and of the style's manner, and how rough it is.
/// </summary>
/// <remarks>
/// Source: Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution", section 3.2, with the
/// normalisations of the classic TensorFlow code. A term of weight 0 costs nothing.
/// </remarks>
internal sealed class PerceptualLoss : IDisposable
{
    private readonly LossNetwork network;
    private readonly StyleLoss style;
    private readonly string[] stylisedLayers;

    /// <param name="network">Stays the caller's, and on the pictures' device.</param>
    /// <param name="styles">The style pictures: float32 [1, 3, h, w] each, 0 to 255, of any size.</param>
    /// <param name="settings">Layers and weights.</param>
    /// <exception cref="ArgumentException">There is no such layer, or a style picture is too small for the network.</exception>
    public PerceptualLoss(LossNetwork network, IReadOnlyList<Tensor> styles, PerceptualLossSettings settings)
    {
        this.network = network;
        Settings = settings;
        network.CheckLayers([settings.ContentLayer, .. settings.StyleLayers.Keys]);
        stylisedLayers =
        [
            .. (settings.Weights.Content > 0 ? [settings.ContentLayer] : (IEnumerable<string>)[])
                .Concat(settings.Weights.Style > 0 ? settings.StyleLayers.Keys : []).Distinct(),
        ];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        style = new(
            [.. styles.Select(picture => network.Features(picture, [.. settings.StyleLayers.Keys]))],
            settings.StyleLayers);
    }

    public PerceptualLossSettings Settings { get; }

    /// <summary>What the loss network computes in; Gram matrices and sums are float32.</summary>
    public TrainingPrecision Precision { get; set; } = TrainingPrecision.Float32;

    /// <summary>Of one style: the weighted terms of stylised pictures.</summary>
    /// <param name="stylised">float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="content">The photographs, of the same shape.</param>
    public StyleTerms Terms(Tensor stylised, Tensor content) => Compare(stylised, Target(content), mixing: null);

    /// <summary>Of several styles.</summary>
    /// <param name="stylised">float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="content">The photographs, of the same shape.</param>
    /// <param name="mixing">How much of each style a picture is to have: float32 [N, styles].</param>
    public StyleTerms Terms(Tensor stylised, Tensor content, Tensor mixing) => Compare(stylised, Target(content), mixing);

    /// <summary>What <see cref="Compare"/> holds stylised pictures against; null where the content counts nothing. Without a gradient.</summary>
    /// <param name="content">float32 [N, 3, H, W], 0 to 255.</param>
    public Tensor? Target(Tensor content)
    {
        if (Settings.Weights.Content == 0) return null;
        using var noGradient = no_grad();
        return network.Features(content, [Settings.ContentLayer], Precision)[Settings.ContentLayer];
    }

    /// <summary>The weighted terms against a target that was made once: a picture that is optimised keeps its photograph.</summary>
    public StyleTerms Compare(Tensor stylised, Tensor? target, Tensor? mixing = null)
    {
        StyleWeights weights = Settings.Weights;
        Tensor none = zeros([], device: stylised.device);
        IReadOnlyDictionary<string, Tensor> features = stylisedLayers.Length > 0
            ? network.Features(stylised, stylisedLayers, Precision)
            : new Dictionary<string, Tensor>();
        return new(
            weights.Content > 0 ? ContentLoss.Of(features[Settings.ContentLayer], target!) * weights.Content : none,
            weights.Style > 0 ? (mixing is null ? style.Of(features) : style.Of(features, mixing)) * weights.Style : none,
            weights.TotalVariation > 0 ? TotalVariationLoss.Of(stylised) * weights.TotalVariation : none);
    }

    /// <summary>What of the photographs' content is lost: ‖Δf‖² / ‖f‖² of the content layer; 0 of the photographs themselves, about 1 of a grey area.</summary>
    /// <param name="painted">float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="content">The photographs, of the same shape.</param>
    public double ContentError(Tensor painted, Tensor content)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor of = network.Features(content, [Settings.ContentLayer])[Settings.ContentLayer];
        return ((network.Features(painted, [Settings.ContentLayer])[Settings.ContentLayer] - of).square().sum() / of.square().sum()).ToDouble();
    }

    public void Dispose() => style.Dispose();
}

/// <summary>What is compared, and how much it counts.</summary>
/// <param name="ContentLayer">Where content is compared.</param>
/// <param name="StyleLayers">Where style is compared, and how much each layer counts.</param>
/// <param name="Weights">Of the terms.</param>
internal sealed record PerceptualLossSettings(string ContentLayer, IReadOnlyDictionary<string, double> StyleLayers, StyleWeights Weights)
{
    /// <summary>A network's own layers, each with weight 1.</summary>
    public static PerceptualLossSettings For(LossNetwork network, StyleWeights weights) =>
        new(network.DefaultContentLayer, network.DefaultStyleLayers.ToDictionary(layer => layer, _ => 1.0), weights);

    /// <summary>The published weights of a network that has some, else calibrated ones (<see cref="Calibration"/>).</summary>
    /// <param name="network">What judges.</param>
    /// <param name="styles">float32 [1, 3, h, w] each, 0 to 255.</param>
    /// <param name="photographs">Some content pictures: float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="contentLayer">Null for the network's own.</param>
    /// <param name="styleLayers">Style layers and what each counts beside the others; null for the network's own, all alike.</param>
    public static PerceptualLossSettings For(
        LossNetwork network, IReadOnlyList<TorchSharp.torch.Tensor> styles, TorchSharp.torch.Tensor photographs, string? contentLayer, IReadOnlyDictionary<string, double>? styleLayers)
    {
        if (network.PublishedWeights is not { } published) return Calibration.For(network, styles, photographs, contentLayer, styleLayers);
        PerceptualLossSettings own = For(network, published);
        return new(contentLayer ?? own.ContentLayer, styleLayers ?? own.StyleLayers, published);
    }

    /// <summary>With other weights: in the units of the published ones where the network has some, else of the calibrated ones (0.3, 1, 0.01).</summary>
    /// <param name="network">What judges.</param>
    /// <param name="content">Null leaves the content term's as it is.</param>
    /// <param name="style">Null leaves the style term's as it is.</param>
    /// <param name="totalVariation">Null leaves the total variation's as it is.</param>
    public PerceptualLossSettings With(LossNetwork network, double? content, double? style, double? totalVariation)
    {
        StyleWeights usual = network.PublishedWeights ?? new(Calibration.Content, 1, Calibration.TotalVariation);
        return this with
        {
            Weights = new(
                Weights.Content * (content / usual.Content ?? 1),
                Weights.Style * (style / usual.Style ?? 1),
                Weights.TotalVariation * (totalVariation / usual.TotalVariation ?? 1)),
        };
    }
}

/// <summary>The weighted terms of the loss, each a scalar tensor that gradients run through; the mean over the batch.</summary>
internal sealed record StyleTerms(Tensor Content, Tensor Style, Tensor TotalVariation)
{
    private Tensor? total;

    /// <summary>Their sum.</summary>
    public Tensor Total => total ??= Content + Style + TotalVariation;

    public StyleLossTerms ToNumbers() => new(Content.ToDouble(), Style.ToDouble(), TotalVariation.ToDouble());
}

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

/// <summary>What the options of a perceptual loss must be, wherever they are set.</summary>
internal static class LossOptionCheck
{
    /// <exception cref="ArgumentException">A weight is negative, nothing is compared, or a style layer counts nothing.</exception>
    public static void Validate(double? contentWeight, double? styleWeight, double? totalVariationWeight, IReadOnlyDictionary<string, double>? styleLayers)
    {
        OptionCheck.NotNegative("ContentWeight", contentWeight ?? 0);
        OptionCheck.NotNegative("StyleWeight", styleWeight ?? 0);
        OptionCheck.NotNegative("TotalVariationWeight", totalVariationWeight ?? 0);
        CheckCompares(contentWeight ?? 1, styleWeight ?? 1);
        if (styleLayers is { Count: 0 })
            throw new ArgumentException("StyleLayers is empty: name a layer, or leave it unset.");
        // Layers count beside each other: of none but zeros, there is no share.
        foreach ((string layer, double weight) in styleLayers ?? new Dictionary<string, double>())
            OptionCheck.Positive($"StyleLayers['{layer}']", weight);
    }

    /// <exception cref="ArgumentException">Neither content nor style counts.</exception>
    public static void CheckCompares(double contentWeight, double styleWeight)
    {
        if (contentWeight + styleWeight == 0)
            throw new ArgumentException("Neither the content nor the style has a weight: nothing says what to paint. Give one of them a weight above 0.");
    }
}
