using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>How often each class (row) was taken for each class (column).</summary>
public sealed class ConfusionMatrix
{
    internal ConfusionMatrix(double[][] counts)
    {
        Counts = counts;
        NumberOfClasses = counts.Length;
        PerClassRecall = counts.Select((row, i) => Ratio(row[i], row.Sum())).ToArray();
        PerClassPrecision = counts.Select((row, i) => Ratio(row[i], counts.Sum(other => other[i]))).ToArray();
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses { get; }

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;

    private void CheckIndex(int index, string name) =>
        Contracts.CheckParam(index >= 0 && index < Counts.Count, name, "Invalid index. Should be non-negative, less than the number of classes.");
}
