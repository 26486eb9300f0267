using System.Globalization;

namespace MLNetGen;

/// <summary>The figures of the steps up to a snapshot.</summary>
/// <param name="Step">The last of them, from 1.</param>
/// <param name="Train">Means of the weighted terms over these steps.</param>
/// <param name="Test">The weighted terms of the test pictures as they are painted after it, mean over the pictures.</param>
/// <param name="LearningRate">At the last step.</param>
/// <param name="ImagesPerSecond">Content pictures a second.</param>
public sealed record StyleTransferRound(int Step, StyleLossTerms Train, StyleLossTerms Test, double LearningRate, double ImagesPerSecond)
{
    /// <summary>Mean weighted temporal term; null where it has no weight.</summary>
    public double? Temporal { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step}: loss {Train.Total:G4} = content {Train.Content:G4} + style {Train.Style:G4} + total variation {Train.TotalVariation:G4}; test pictures {Test.Total:G4}; {ImagesPerSecond:F1} images/s");
}
