namespace MLNetGen.Style;

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
