using System.Globalization;

namespace MLNetGen;

/// <summary>How well a network classifies some rows.</summary>
/// <param name="Loss">Cross-entropy in nats, averaged over the rows; while training what is minimised, with label smoothing and class weights where they are set.</param>
/// <param name="Top1">Share of the rows whose class has the highest score, 0 to 1.</param>
/// <param name="Top5">Share of the rows whose class is among the five highest scores, 0 to 1; null where there are five classes or fewer.</param>
public sealed record AlexNetMetrics(double Loss, double Top1, double? Top5)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"loss {Loss:F3}, top-1 {Top1:P1}{(Top5 is { } top5 ? $", top-5 {top5:P1}" : "")}");
}

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Over the epoch's steps, on augmented pictures, while the weights moved.</param>
/// <param name="Test">Of the held-out rows after the epoch, their centre crops; null where there are none.</param>
/// <param name="LearningRate">At the epoch's end.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
/// <param name="WaitingShare">Share of the epoch's time that training waited for pictures, 0 to 1.</param>
/// <param name="Member">Which network of an ensemble, from 1; 1 where there is only one.</param>
public sealed record AlexNetEpoch(int Epoch, AlexNetMetrics Train, AlexNetMetrics? Test, double LearningRate, double ImagesPerSecond, double WaitingShare, int Member = 1) : ITimed
{
    /// <summary>What each layer did in the epoch's last step.</summary>
    public IReadOnlyList<AlexNetLayer> Layers { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}{(Member > 1 ? $" of network {Member}" : "")}: train {Train}{(Test is null ? "" : $"; test {Test}")}; rate {LearningRate:G2}; {ImagesPerSecond:F0} images/s, waiting for data: {WaitingShare:P0}");
}

/// <summary>What a layer with weights does at the end of an epoch, on its last batch.</summary>
/// <param name="Name"><c>conv1</c> … <c>conv5</c>, <c>fc6</c> … <c>fc8</c>.</param>
/// <param name="ZeroShare">Share of its activations that are exactly 0, and pass nothing on, 0 to 1; null of the last layer, which has no nonlinearity.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient of its weights; null where they are not trained.</param>
public sealed record AlexNetLayer(string Name, double? ZeroShare, double? GradientNorm);

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
