using System.Globalization;

namespace MLNetGen;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Over the epoch's steps, on augmented pictures, while the weights moved.</param>
/// <param name="Test">Of the held-out rows after the epoch, their centre crops; null where there are none.</param>
/// <param name="LearningRate">At the epoch's end.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
/// <param name="WaitingShare">Share of the epoch's time that training waited for pictures, 0 to 1.</param>
/// <param name="Member">Which network of an ensemble, from 1; 1 where there is only one.</param>
public sealed record AlexNetEpoch(int Epoch, AlexNetMetrics Train, AlexNetMetrics? Test, double LearningRate, double ImagesPerSecond, double WaitingShare, int Member = 1)
{
    /// <summary>What each layer did in the epoch's last step.</summary>
    public IReadOnlyList<AlexNetLayer> Layers { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}{(Member > 1 ? $" of network {Member}" : "")}: train {Train}{(Test is null ? "" : $"; test {Test}")}; rate {LearningRate:G2}; {ImagesPerSecond:F0} images/s, waiting for data: {WaitingShare:P0}");
}
