using System.Globalization;

namespace MLNetGen;

/// <summary>How well a network classifies some rows.</summary>
/// <param name="Loss">Cross-entropy in nats, averaged over the rows.</param>
/// <param name="Top1">Share of the rows whose class has the highest score, 0 to 1.</param>
public sealed record FineTuneMetrics(double Loss, double Top1)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F3}, top-1 {Top1:P1}");
}

/// <summary>One finished epoch, of all layers.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Over the epoch's steps, on shifted and mirrored pictures, while the weights moved.</param>
/// <param name="Test">Of the held-out rows after the epoch; null where there are none.</param>
/// <param name="Frozen">Of the held-out rows before the first epoch: the head on the frozen backbone; null where there are none.</param>
/// <param name="KeptEpoch">The epoch whose weights are the best so far: 0 is the frozen head, and where no rows are held out the last one counts.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
public sealed record FineTuneEpoch(int Epoch, FineTuneMetrics Train, FineTuneMetrics? Test, FineTuneMetrics? Frozen, int KeptEpoch, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"epoch {Epoch}: train {Train}{(Test is null ? "" : $"; test {Test}; {(KeptEpoch == 0 ? "the frozen head" : $"epoch {KeptEpoch}")} is best")}; {ImagesPerSecond:F1} images/s");
}

/// <summary>Where a running <see cref="FineTuneTrainer"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record FineTuneProgress(int Epoch, int Epochs, int Batch, int Batches, FineTuneMetrics Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<FineTuneMetrics>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);
