namespace MLNetGen.Style;

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
