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

    /// <summary>Where the accuracy lies with 95% confidence (Wilson).</summary>
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
    /// Mean over rows of the distance between sureness and accuracy, bin by bin, 0 to 1: 0 where of the rows scored 0.8, 80% are right.
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
