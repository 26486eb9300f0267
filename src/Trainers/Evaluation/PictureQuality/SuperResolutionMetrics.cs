using System.Globalization;
using System.Text.Json;

namespace MLNetGen;

/// <summary>How near enlarged pictures are to the true ones, and how near bicubic interpolation is.</summary>
/// <param name="Network">Of the network's pictures.</param>
/// <param name="Bicubic">Of bicubic interpolation, of the same small pictures.</param>
/// <param name="LeftOut">Pictures too small to be judged: less than 16 pixels, or twice the factor, wide or high.</param>
public sealed record SuperResolutionMetrics(PictureQualityMetrics Network, PictureQualityMetrics Bicubic, int LeftOut = 0)
{
    /// <summary>The figures that both are best known by.</summary>
    public SuperResolutionQuality Quality =>
        new(Network.PeakSignalToNoise, Network.StructuralSimilarity, Bicubic.PeakSignalToNoise, Bicubic.StructuralSimilarity);

    /// <summary>The figures as <c>metrics.json</c> has them under <c>test</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(UpscalingFigures.ToJson(this), RunJson.Options);

    /// <summary>Adds those to read first to a page, as cards.</summary>
    /// <param name="page">The page.</param>
    public void AddTo(HtmlReport page)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Figures([.. UpscalingFigures.Cards(this)]);
    }

    /// <summary>Adds all of them to a page, as a table.</summary>
    /// <param name="page">The page.</param>
    public void AddTableTo(HtmlReport page)
    {
        ArgumentNullException.ThrowIfNull(page);
        UpscalingFigures.AddTable(page, this);
    }
}

/// <summary>How near enlarged pictures are to the true ones, beside bicubic interpolation's: luminance, means over the pictures.</summary>
/// <param name="PeakSignalToNoise">In decibels; higher is better. See <see cref="PictureQuality.PeakSignalToNoise"/>.</param>
/// <param name="StructuralSimilarity">At most 1; higher is better. See <see cref="PictureQuality.StructuralSimilarity"/>.</param>
/// <param name="BicubicPeakSignalToNoise">The same of bicubic interpolation.</param>
/// <param name="BicubicStructuralSimilarity">The same of bicubic interpolation.</param>
public sealed record SuperResolutionQuality(double PeakSignalToNoise, double StructuralSimilarity, double BicubicPeakSignalToNoise, double BicubicStructuralSimilarity)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"PSNR {PeakSignalToNoise:F2} dB (bicubic {BicubicPeakSignalToNoise:F2}), SSIM {StructuralSimilarity:F3} (bicubic {BicubicStructuralSimilarity:F3})");
}
