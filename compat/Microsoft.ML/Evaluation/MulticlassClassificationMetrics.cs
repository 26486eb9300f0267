namespace Microsoft.ML.Data;

public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics(MulticlassTally tally, int topKPredictionCount)
    {
        MicroAccuracy = tally.MicroAccuracy;
        MacroAccuracy = tally.MacroAccuracy;
        LogLoss = tally.LogLoss;
        LogLossReduction = tally.LogLossReduction;
        PerClassLogLoss = tally.PerClassLogLoss;
        TopKPredictionCount = topKPredictionCount;
        if (topKPredictionCount > 0)
        {
            double[] accuracies = tally.TopKAccuracies(topKPredictionCount);
            // More than there are ranks is an index out of range, and the caller's to mend.
            TopKAccuracy = accuracies[topKPredictionCount - 1];
            TopKAccuracyForAllK = accuracies;
        }
        ConfusionMatrix = new ConfusionMatrix(tally.Confusion);
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double MacroAccuracy { get; }

    public double MicroAccuracy { get; }

    public double TopKAccuracy { get; }

    public int TopKPredictionCount { get; }

    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    public IReadOnlyList<double> PerClassLogLoss { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}
