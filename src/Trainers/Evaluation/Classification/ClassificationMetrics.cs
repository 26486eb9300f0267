namespace MLNetGen;

/// <summary>
/// How well scores name their rows' classes. Figures are over the rows whose label is one of the model's classes; of equal scores
/// the class that comes first ranks first, as in ML.NET.
/// </summary>
public sealed record ClassificationMetrics
{
    /// <summary>The model's classes, in the order of its scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Rows that the figures are of.</summary>
    public required int RowCount { get; init; }

    /// <summary>Share of rows whose largest score is their label's, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Where the accuracy lies with 95 % confidence (Wilson).</summary>
    public required ConfidenceInterval AccuracyInterval { get; init; }

    /// <summary>
    /// [k − 1]: share of rows whose label is not among the k largest scores, 0 to 1; for k from 1 to 10, or to the number of classes.
    /// </summary>
    public required IReadOnlyList<double> TopKErrors { get; init; }

    /// <summary>Mean of −log p(label) in nats, probabilities below 1e-15 counted as that, as in ML.NET.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// Means over classes that have rows, each class counting the same. A class that is predicted and has no row is not among them;
    /// scikit-learn counts it, with 0, where it is not given the <c>labels</c> to average over.
    /// </summary>
    public required ClassAverages Macro { get; init; }

    /// <summary>Means over classes, each counting by its number of rows.</summary>
    public required ClassAverages Weighted { get; init; }

    /// <summary>
    /// Mean over rows of the distance between sureness and accuracy, bin by bin, 0 to 1: 0 where of the rows scored 0.8, 80 % are right.
    /// Source: Guo et al. 2017, arXiv:1706.04599, equation 3.
    /// </summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>Bins of equal width over [0, 1].</summary>
    public required IReadOnlyList<CalibrationBin> CalibrationBins { get; init; }

    /// <summary>One for each of <see cref="ClassNames"/>.</summary>
    public required IReadOnlyList<ClassMetrics> Classes { get; init; }

    /// <summary>[label][prediction]: numbers of rows, in the order of <see cref="ClassNames"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>The ten commonest mistakes, by number of rows.</summary>
    public required IReadOnlyList<ClassConfusion> MostConfused { get; init; }

    /// <summary>The rows of the highest loss, worst first.</summary>
    public IReadOnlyList<ScoredPicture> Worst { get; init; } = [];

    /// <summary>Labels that no class of the model has, and how many rows have them; those rows are in no figure.</summary>
    public IReadOnlyDictionary<string, int> UnseenLabels { get; init; } = new Dictionary<string, int>();

    /// <summary>Rows without a label; they are in no figure.</summary>
    public int MissingLabelCount { get; init; }

    /// <summary>Rows with a score that is not a finite number; they are in no figure.</summary>
    public int NotFiniteCount { get; init; }
}

/// <summary>How one class fares.</summary>
public sealed record ClassMetrics
{
    /// <summary>The class.</summary>
    public required string Name { get; init; }

    /// <summary>Rows whose label it is.</summary>
    public required int Support { get; init; }

    /// <summary>Rows that were taken for it.</summary>
    public required int Predicted { get; init; }

    /// <summary>Rows that are both.</summary>
    public required int Correct { get; init; }

    /// <summary>Share of the rows taken for it that are, 0 to 1; 0 where none was.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>Share of its rows that were taken for it, 0 to 1: the accuracy on this class. 0 where it has no rows.</summary>
    public double Recall => Support == 0 ? 0 : (double)Correct / Support;

    /// <summary>Where the recall lies with 95 % confidence (Wilson).</summary>
    public ConfidenceInterval RecallInterval => ConfidenceInterval.Wilson(Correct, Support);

    /// <summary>Harmonic mean of precision and recall, 0 to 1.</summary>
    public double F1 => Support + Predicted == 0 ? 0 : 2.0 * Correct / (Support + Predicted);

    /// <summary>Mean of −log p(label) over its rows, nats; 0 where it has none.</summary>
    public required double LogLoss { get; init; }
}

/// <summary>Precision, recall and F1 over all classes that have rows (not those that are only predicted), each 0 to 1.</summary>
/// <param name="Precision">Mean precision.</param>
/// <param name="Recall">Mean recall.</param>
/// <param name="F1">Mean F1, which is not the F1 of the two means.</param>
public sealed record ClassAverages(double Precision, double Recall, double F1);

/// <summary>Rows of one class that were taken for another.</summary>
/// <param name="Label">What they are.</param>
/// <param name="Predicted">What they were taken for.</param>
/// <param name="Count">How many.</param>
/// <param name="Share">Of the rows of <paramref name="Label"/>, 0 to 1.</param>
public sealed record ClassConfusion(string Label, string Predicted, int Count, double Share);

/// <summary>Rows whose largest score lies above <paramref name="Low"/>, up to <paramref name="High"/>.</summary>
/// <param name="Low">Lower end, exclusive (0 belongs to the first bin).</param>
/// <param name="High">Upper end, inclusive.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Confidence">Mean of their largest scores; 0 where there are none.</param>
/// <param name="Accuracy">Share of them whose prediction is right; 0 where there are none.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double Confidence, double Accuracy);

/// <summary>Where a share lies, with 95 % confidence. Both ends are 0 to 1.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    // The standard normal's 97.5th percentile.
    private const double Z = 1.959963984540054;

    /// <summary>Wilson's score interval of a share, 95 %. Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.</summary>
    /// <param name="hits">0 to <paramref name="count"/>.</param>
    /// <param name="count">Independent trials; of none, the interval is 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hits"/> is negative or above <paramref name="count"/>.</exception>
    public static ConfidenceInterval Wilson(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        if (count == 0)
            return new(0, 1);
        double n = count, share = hits / n, square = Z * Z;
        double middle = (share + (square / (2 * n))) / (1 + (square / n));
        double half = Z / (1 + (square / n)) * Math.Sqrt((share * (1 - share) / n) + (square / (4 * n * n)));
        // None and all are exact in theory, and would be a rounding error beside it.
        return new(hits == 0 ? 0 : middle - half, hits == count ? 1 : middle + half);
    }
}
