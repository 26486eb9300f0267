using System.Globalization;

namespace MLNetGen;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Of at most 48 patches of <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed, in patches.</param>
public sealed record SuperResolutionEpoch(int Epoch, SuperResolutionTerms Train, SuperResolutionQuality? Test, double ImagesPerSecond)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Train}{(Test is null ? "" : $"; test {Test}")}; {ImagesPerSecond:F0} images/s");
}
