namespace MLNetGen;

/// <summary>Where a running <see cref="AlexNetTrainer"/> stands, after one step.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Train">Averages over this epoch's steps so far.</param>
/// <param name="ImagesPerSecond">Training speed of this run so far.</param>
/// <param name="Remaining">Time left at that speed.</param>
/// <param name="WaitingShare">Share of this epoch's time that training waited for pictures, 0 to 1.</param>
/// <param name="Member">Which network of an ensemble, from 1.</param>
/// <param name="Members">Networks of the ensemble; 1 where there is only one.</param>
public sealed record AlexNetProgress(
    int Epoch, int Epochs, int Batch, int Batches, AlexNetMetrics Train, double ImagesPerSecond, TimeSpan Remaining, double WaitingShare, int Member, int Members);
