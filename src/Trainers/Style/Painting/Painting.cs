namespace MLNetGen;

/// <summary>A picture that was painted by optimising it.</summary>
public sealed record Painting
{
    /// <summary>The best picture there was.</summary>
    public required Picture Picture { get; init; }

    /// <summary>What the loss makes of it.</summary>
    public required StyleLossTerms Terms { get; init; }

    /// <summary>The loss before each iteration.</summary>
    public required IReadOnlyList<StyleLossTerms> Iterations { get; init; }

    /// <summary>What judged: "VGG-19 from imagenet-vgg-verydeep-19.mat".</summary>
    public required string LossNetwork { get; init; }

    /// <summary>The weights that the terms were multiplied with.</summary>
    public required StyleWeights Weights { get; init; }

    /// <summary>Seconds of painting.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it ended before all iterations were done; null where it did not.</summary>
    public string? Stopped { get; init; }

    /// <summary>Why files are missing in <see cref="PaintingOptions.WorkspacePath"/>, such as a full disk; null where none are.</summary>
    public string? FilesMissing { get; init; }
}

/// <summary>How far a painting is.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="Iterations">How many there are to be.</param>
/// <param name="Terms">The loss before this iteration changed the picture.</param>
/// <param name="Best">The least total loss so far.</param>
/// <param name="Remaining">Time left, by the speed so far.</param>
public sealed record PaintingProgress(int Iteration, int Iterations, StyleLossTerms Terms, double Best, TimeSpan Remaining);
