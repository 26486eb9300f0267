using System.Globalization;

namespace MLNetGen;

/// <summary>One finished epoch of a <see cref="TorchEstimator"/>.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">What the task's steps gave, averaged over the epoch, while the weights moved.</param>
/// <param name="Test">What the task says of <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training rows a second.</param>
public sealed record TorchEpoch(int Epoch, IReadOnlyDictionary<string, double> Train, IReadOnlyDictionary<string, double>? Test, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"epoch {Epoch}: train {Terms(Train)}{(Test is null ? "" : $"; test {Terms(Test)}")}; {ImagesPerSecond:F0} rows/s");

    private static string Terms(IReadOnlyDictionary<string, double> figures) =>
        string.Join(", ", figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:G4}")));
}

/// <summary>Where a running <see cref="TorchEstimator"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record TorchProgress(int Epoch, int Epochs, int Batch, int Batches, IReadOnlyDictionary<string, double> Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<IReadOnlyDictionary<string, double>>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);
