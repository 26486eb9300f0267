using System.Globalization;

namespace MLNetGen;

/// <summary>The weighted terms of the style loss; lower is better.</summary>
/// <param name="Content">How far the painting is from what the photograph shows.</param>
/// <param name="Style">How far it is from the manner of the style picture.</param>
/// <param name="TotalVariation">How rough it is.</param>
public sealed record StyleLossTerms(double Content, double Style, double TotalVariation)
{
    /// <summary>Their sum.</summary>
    public double Total => Content + Style + TotalVariation;

    internal bool IsFinite => double.IsFinite(Total);

    internal static StyleLossTerms Mean(IReadOnlyCollection<StyleLossTerms> all) =>
        new(all.Average(terms => terms.Content), all.Average(terms => terms.Style), all.Average(terms => terms.TotalVariation));
}

/// <summary>The figures of the steps up to a snapshot.</summary>
/// <param name="Step">The last of them, from 1.</param>
/// <param name="Train">Means of the weighted terms over these steps.</param>
/// <param name="Test">The weighted terms of the test pictures as they are painted after it, mean over the pictures.</param>
/// <param name="LearningRate">At the last step.</param>
/// <param name="ImagesPerSecond">Content pictures a second.</param>
public sealed record StyleTransferRound(int Step, StyleLossTerms Train, StyleLossTerms Test, double LearningRate, double ImagesPerSecond) : ITimed
{
    /// <summary>Mean weighted temporal term; null where it has no weight.</summary>
    public double? Temporal { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step}: loss {Train.Total:G4} = content {Train.Content:G4} + style {Train.Style:G4} + total variation {Train.TotalVariation:G4}; test pictures {Test.Total:G4}; {ImagesPerSecond:F1} images/s");
}

/// <summary>Where training stands after a step.</summary>
/// <param name="Step">The step just finished, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The step's weighted terms.</param>
/// <param name="ImagesPerSecond">Content pictures a second, since training began.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record StyleTransferProgress(int Step, int Steps, StyleLossTerms Loss, double ImagesPerSecond, TimeSpan Remaining);
