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
