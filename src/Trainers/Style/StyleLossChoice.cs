namespace MLNetGen.Style;

/// <summary>What a user asked for of the losses; null where nothing was.</summary>
internal sealed record StyleLossChoice(string? AskedContentLayer, string? AskedStyleLayers, double? AskedContentWeight, double? AskedStyleWeight, double? AskedTotalVariationWeight)
{
    public static StyleLossChoice Of(StyleTransferTrainer.Options options) => new(
        options.ContentLayer,
        options.StyleLayers is { } layers ? string.Join(", ", layers.Select(layer => FormattableString.Invariant($"{layer.Key}={layer.Value}"))) : null,
        options.ContentWeight, options.StyleWeight, options.TotalVariationWeight);
}
