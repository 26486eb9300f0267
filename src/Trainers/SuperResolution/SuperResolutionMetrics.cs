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
}
