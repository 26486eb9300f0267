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

    internal static PictureQualityMetrics Of(IEnumerable<(Picture Picture, Picture Truth)> pairs)
    {
        double psnr = 0, ssim = 0, rgbPsnr = 0, rgbSsim = 0;
        int count = 0;
        foreach ((Picture picture, Picture truth) in pairs)
        {
            psnr += Math.Min(HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, truth));
            ssim += PictureQuality.StructuralSimilarity(picture, truth);
            rgbPsnr += Math.Min(HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, truth, PictureChannels.Rgb));
            rgbSsim += PictureQuality.StructuralSimilarity(picture, truth, PictureChannels.Rgb);
            count++;
        }
        if (count == 0)
            throw new ArgumentException("there are no pictures to compare: give at least one row.");
        return new PictureQualityMetrics
        {
            PeakSignalToNoise = psnr / count,
            StructuralSimilarity = ssim / count,
            RgbPeakSignalToNoise = rgbPsnr / count,
            RgbStructuralSimilarity = rgbSsim / count,
            Count = count,
        };
    }
}
