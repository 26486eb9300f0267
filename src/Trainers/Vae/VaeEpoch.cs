using System.Globalization;

namespace MLNetGen;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Over <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
public sealed record VaeEpoch(int Epoch, VaeMetrics Train, VaeMetrics? Test, double ImagesPerSecond)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Terms(Train)}{(Test is null ? "" : $"; test {Terms(Test)}")}; {ImagesPerSecond:F0} images/s");

    private static string Terms(VaeMetrics m) => string.Create(
        CultureInfo.InvariantCulture,
        $"{m.NegativeElbo:F2} nats (reconstruction {m.Reconstruction:F2} + KL {m.Kl:F2})");
}
