namespace MLNetGen;

/// <summary>What a classifier trained on real pictures takes generated ones for.</summary>
public sealed record ClassCoverage
{
    /// <summary>Classes that the classifier knows.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Classes that at least one generated picture is taken for.</summary>
    public required int RecognizedCount { get; init; }

    /// <summary>Share of generated pictures, 0 to 1, taken for each class; classes in the classifier's order.</summary>
    public required IReadOnlyDictionary<string, double> Shares { get; init; }

    /// <summary>The greatest of <see cref="Shares"/>: 1 / <see cref="ClassCount"/> where classes are even, 1 for a generator with one class left.</summary>
    public required double LargestShare { get; init; }

    /// <summary>Share of generated pictures whose class the classifier is more than 0.9 sure of, 0 to 1.</summary>
    public required double ConfidentShare { get; init; }

    /// <summary>The same of the real pictures: what <see cref="ConfidentShare"/> can be.</summary>
    public required double RealConfidentShare { get; init; }

    /// <summary>Share of held-out rows that the classifier names rightly, 0 to 1; null where its file does not say.</summary>
    public required double? ClassifierAccuracy { get; init; }
}
