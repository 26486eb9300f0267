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
        return network.Features(content, [Settings.ContentLayer])[Settings.ContentLayer];
    }

    /// <summary>The weighted terms against a target that was made once: a picture that is optimised keeps its photograph.</summary>
    public StyleTerms Compare(Tensor stylised, Tensor? target, Tensor? mixing = null)
    {
        StyleWeights weights = Settings.Weights;
        Tensor none = zeros([], device: stylised.device);
        IReadOnlyDictionary<string, Tensor> features = stylisedLayers.Length > 0
            ? network.Features(stylised, stylisedLayers)
            : new Dictionary<string, Tensor>();
        return new(
            weights.Content > 0 ? ContentLoss.Of(features[Settings.ContentLayer], target!) * weights.Content : none,
            weights.Style > 0 ? (mixing is null ? style.Of(features) : style.Of(features, mixing)) * weights.Style : none,
            weights.TotalVariation > 0 ? TotalVariationLoss.Of(stylised) * weights.TotalVariation : none);
    }

    public void Dispose() => style.Dispose();
}
