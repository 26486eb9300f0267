using System.Globalization;

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

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Of at most 48 patches of <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed, in patches.</param>
public sealed record SuperResolutionEpoch(int Epoch, SuperResolutionTerms Train, SuperResolutionQuality? Test, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Train}{(Test is null ? "" : $"; test {Test}")}; {ImagesPerSecond:F0} images/s");
}

/// <summary>What training steps said, averaged over them.</summary>
/// <param name="Loss">What is made small: see <see cref="SuperResolutionLoss"/>.</param>
/// <param name="PeakSignalToNoise">Of the mean squared error over red, green and blue, in decibels.</param>
public sealed record SuperResolutionTerms(double Loss, double PeakSignalToNoise)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:G4}, PSNR {PeakSignalToNoise:F2} dB");
}

/// <summary>Where a running <see cref="SuperResolutionTrainer"/> stands, after one step.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Train">Averages over this epoch's steps so far.</param>
/// <param name="ImagesPerSecond">Training speed of this run so far, in patches.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record SuperResolutionProgress(int Epoch, int Epochs, int Batch, int Batches, SuperResolutionTerms Train, double ImagesPerSecond, TimeSpan Remaining);
