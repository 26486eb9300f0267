namespace MLNetGen;

/// <summary>How near pictures are to the true ones: means over the rows.</summary>
public sealed record PictureQualityMetrics
{
    /// <summary>What a picture that does not differ from the true one counts as in a mean of decibels.</summary>
    public const double HighestPeakSignalToNoise = 100;

    /// <summary>Peak signal-to-noise ratio of the luminance, in decibels; higher is better. See <see cref="PictureQuality.PeakSignalToNoise"/>.</summary>
    public required double PeakSignalToNoise { get; init; }

    /// <summary>Structural similarity of the luminance, at most 1; higher is better. See <see cref="PictureQuality.StructuralSimilarity"/>.</summary>
    public required double StructuralSimilarity { get; init; }

    /// <summary>Peak signal-to-noise ratio over red, green and blue.</summary>
    public required double RgbPeakSignalToNoise { get; init; }

    /// <summary>Structural similarity, mean of red, green and blue.</summary>
    public required double RgbStructuralSimilarity { get; init; }

    /// <summary>Pictures compared.</summary>
    public required int Count { get; init; }

    /// <summary>Means over the pairs.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    internal static PictureQualityMetrics Of(IEnumerable<(Picture Picture, Picture Truth)> pairs)
    {
        List<PictureQualityMetrics> each = [.. pairs.Select(pair => Of(pair.Picture, pair.Truth))];
        return each.Count > 0 ? Mean(each) : throw new ArgumentException("there are no pictures to compare: give at least one row.");
    }

    /// <summary>One picture's.</summary>
    internal static PictureQualityMetrics Of(Picture picture, Picture truth) => new()
    {
        PeakSignalToNoise = Math.Min(HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, truth)),
        StructuralSimilarity = PictureQuality.StructuralSimilarity(picture, truth),
        RgbPeakSignalToNoise = Math.Min(HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, truth, PictureChannels.Rgb)),
        RgbStructuralSimilarity = PictureQuality.StructuralSimilarity(picture, truth, PictureChannels.Rgb),
        Count = 1,
    };

    /// <summary>Of several pictures' own.</summary>
    internal static PictureQualityMetrics Mean(IReadOnlyCollection<PictureQualityMetrics> each) => new()
    {
        PeakSignalToNoise = each.Average(one => one.PeakSignalToNoise),
        StructuralSimilarity = each.Average(one => one.StructuralSimilarity),
        RgbPeakSignalToNoise = each.Average(one => one.RgbPeakSignalToNoise),
        RgbStructuralSimilarity = each.Average(one => one.RgbStructuralSimilarity),
        Count = each.Count,
    };
}

/// <summary>What of two pictures is compared.</summary>
public enum PictureChannels
{
    /// <summary>
    /// Luminance alone, as papers on super-resolution do: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 (ITU-R BT.601), not rounded.
    /// </summary>
    Luminance,

    /// <summary>Red, green and blue: one mean squared error over all three, and the mean of three similarities.</summary>
    Rgb,
}
