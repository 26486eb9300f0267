using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>The rows that training holds out where nothing says which.</summary>
internal static class HeldOutRows
{
    /// <summary>Of every class.</summary>
    public const double Fraction = 0.1;

    public static (IDataView Train, IDataView Test) Split(MLContext context, IDataView rows, int seed) =>
        context.Data.StratifiedTrainTestSplit(rows, Fraction, rows.Schema.GetColumnOrNull("Label")?.Name, seed);
}
