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
        TopKAccuracyForAllK = topKPredictionCount > 0 ? tally.TopKAccuracies(topKPredictionCount) : null;
        ConfusionMatrix = new ConfusionMatrix(tally.Confusion);
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double MacroAccuracy { get; }

    public double MicroAccuracy { get; }

    public double TopKAccuracy => TopKAccuracyForAllK is { Count: > 0 } all ? all[^1] : 0;

    public int TopKPredictionCount { get; }

    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    public IReadOnlyList<double> PerClassLogLoss { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}
