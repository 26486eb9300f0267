namespace MLNetGen;

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

    /// <summary>Where the recall lies with 95% confidence (Wilson).</summary>
    public ConfidenceInterval RecallInterval => ConfidenceInterval.Wilson(Correct, Support);

    /// <summary>Harmonic mean of precision and recall, 0 to 1.</summary>
    public double F1 => Support + Predicted == 0 ? 0 : 2.0 * Correct / (Support + Predicted);

    /// <summary>Mean of −log p(label) over its rows, nats; 0 where it has none.</summary>
    public required double LogLoss { get; init; }
}
