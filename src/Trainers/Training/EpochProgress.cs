namespace MLNetGen;

/// <summary>Where a run of training by epochs stands, after one step.</summary>
/// <typeparam name="TFigures">What its steps say.</typeparam>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Train">Averages over this epoch's steps so far.</param>
/// <param name="ImagesPerSecond">Training speed of this run so far, in rows.</param>
/// <param name="Remaining">Time left at that speed.</param>
public abstract record EpochProgress<TFigures>(int Epoch, int Epochs, int Batch, int Batches, TFigures Train, double ImagesPerSecond, TimeSpan Remaining);
