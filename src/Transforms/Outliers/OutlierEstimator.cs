using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Learns from usual rows how far a figure goes, such as a VAE's reconstruction error, and calls rows beyond that outliers.</summary>
public sealed class OutlierEstimator : IEstimator<OutlierTransformer>
{
    private readonly MLContext context;
    private readonly string columnName;
    private readonly double quantile;
    private readonly bool lowIsUnusual;

    internal OutlierEstimator(MLContext context, string columnName, double quantile, bool lowIsUnusual)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        if (!(quantile is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, $"The quantile is {quantile}; it must be above 0 and at most 1");
        (this.context, this.columnName, this.quantile, this.lowIsUnusual) = (context, columnName, quantile, lowIsUnusual);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A value is not a finite number.</exception>
    public OutlierTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // The threshold is not known yet, and no row is called anything.
        float[] scores = [.. new OutlierTransformer(context, columnName, double.NaN, lowIsUnusual).Transform(input).GetColumn<float>(OutlierTransformer.Score)];
        if (scores.Length == 0)
            throw new ArgumentException($"There are no rows to learn from what is usual in column '{columnName}'; give at least one", nameof(input));
        if (Array.FindIndex(scores, score => !float.IsFinite(score)) is var row and >= 0)
            throw new InvalidDataException($"Row {row} of column '{columnName}' is {scores[row]}, not a number: filter such rows first");
        Array.Sort(scores);
        return new OutlierTransformer(context, columnName, Quantile(scores, quantile), lowIsUnusual);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.Any(column => column.Name == columnName))
            throw SchemaShapes.NoColumn(inputSchema, $"'{columnName}' to learn from what is usual");
        return SchemaShapes.Append(
            context,
            inputSchema,
            new DataViewSchema.DetachedColumn(OutlierTransformer.Score, NumberDataViewType.Single),
            new DataViewSchema.DetachedColumn(OutlierTransformer.PredictedLabel, BooleanDataViewType.Instance));
    }

    // Between two rows in proportion: Hyndman and Fan 1996, definition 7, as NumPy's default.
    private static double Quantile(float[] sorted, double quantile)
    {
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
