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
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Train">Averages over this epoch's steps so far.</param>
/// <param name="ImagesPerSecond">Training rows a second, of this run so far.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record TorchProgress(int Epoch, int Epochs, int Batch, int Batches, IReadOnlyDictionary<string, double> Train, double ImagesPerSecond, TimeSpan Remaining);
