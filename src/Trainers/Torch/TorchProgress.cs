namespace MLNetGen;

/// <summary>Where a running <see cref="TorchEstimator"/> stands, after one step.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Train">Averages over this epoch's steps so far.</param>
/// <param name="ImagesPerSecond">Training rows a second, of this run so far.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record TorchProgress(int Epoch, int Epochs, int Batch, int Batches, IReadOnlyDictionary<string, double> Train, double ImagesPerSecond, TimeSpan Remaining);
