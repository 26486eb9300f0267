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
}
