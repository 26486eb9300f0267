namespace MLNetGen;

/// <summary>
/// How well a classifier, trained from the start on a half of some real and some generated rows, tells those of the other half apart: the classifier
/// two-sample test of Lopez-Paz and Oquab 2017 (arXiv:1610.06545), section 3.
/// </summary>
public sealed record TwoSampleMetrics
{
    /// <summary>Rows that either side needs.</summary>
    public const int LeastRows = 20;

    /// <summary>Share of unseen rows that are told rightly, 0 to 1: about 0.5 where nothing tells generated rows from real ones, 1 where everything does.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Standard error of <see cref="Accuracy"/>: what it would vary by with other unseen rows.</summary>
    public required double StandardError { get; init; }

    /// <summary>How probable an accuracy as high as this is where both are of one distribution, 0 to 1 (the paper's section 3.1: N(1/2, 1/(4n)) for n unseen rows).</summary>
    public required double PValue { get; init; }

    /// <summary>Rows that the classifier learnt from, half of them generated.</summary>
    public required int TrainingCount { get; init; }

    /// <summary>Unseen rows that it was asked about, half of them generated.</summary>
    public required int TestCount { get; init; }
}
