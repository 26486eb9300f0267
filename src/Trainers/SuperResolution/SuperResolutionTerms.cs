using System.Globalization;

namespace MLNetGen;

/// <summary>What training steps said, averaged over them.</summary>
/// <param name="Loss">What is made small: see <see cref="SuperResolutionLoss"/>.</param>
/// <param name="PeakSignalToNoise">Of the mean squared error over red, green and blue, in decibels.</param>
public sealed record SuperResolutionTerms(double Loss, double PeakSignalToNoise)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:G4}, PSNR {PeakSignalToNoise:F2} dB");
}
