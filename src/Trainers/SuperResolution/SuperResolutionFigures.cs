using System.Globalization;

namespace MLNetGen;

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
/// <inheritdoc/>
public sealed record SuperResolutionProgress(int Epoch, int Epochs, int Batch, int Batches, SuperResolutionTerms Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<SuperResolutionTerms>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);
