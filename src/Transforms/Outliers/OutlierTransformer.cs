using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// Adds <c>Score</c> (Single, higher is less usual) and <c>PredictedLabel</c> (Boolean, whether the row is an outlier), as ML.NET's anomaly detectors do:
/// <c>ml.AnomalyDetection.Evaluate</c> judges them.
/// </summary>
/// <remarks>ML.NET saves no mapping of another library: keep <see cref="Threshold"/>, and compare with it where the model is served.</remarks>
public sealed class OutlierTransformer : ITransformer
{
    internal const string Score = "Score", PredictedLabel = "PredictedLabel";

    private readonly MLContext context;
    private readonly string columnName;
    private readonly bool lowIsUnusual;

    internal OutlierTransformer(MLContext context, string columnName, double threshold, bool lowIsUnusual)
    {
        (this.context, this.columnName, this.lowIsUnusual) = (context, columnName, lowIsUnusual);
        Threshold = threshold;
    }

    /// <summary>Rows whose <c>Score</c> is above it are outliers.</summary>
    public double Threshold { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent, or holds neither a Single nor a vector of one.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return MappingOf(input.Schema).Transform(input);
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MappingOf(inputSchema).GetOutputSchema(inputSchema);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MappingOf(inputSchema).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        $"ML.NET saves no mapping of another library: save the model without this stage, and keep its {nameof(Threshold)}, {Threshold}.");

    private ITransformer MappingOf(DataViewSchema schema)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(columnName)
            ?? throw SchemaShapes.NoColumn(schema, columnName);
        return column.Type switch
        {
            VectorDataViewType { Size: 1 } vector when vector.ItemType == NumberDataViewType.Single => Mapping<VectorRow>(column, row => row.Value[0]),
            NumberDataViewType number when number == NumberDataViewType.Single => Mapping<NumberRow>(column, row => row.Value),
            _ => throw new ArgumentException($"Column '{columnName}' holds {column.Type}, not a Single or a vector of one: choose another column, or convert this one (ml.Transforms.Conversion.ConvertType)"),
        };
    }

    private ITransformer Mapping<TRow>(DataViewSchema.Column column, Func<TRow, float> read)
        where TRow : class, new()
    {
        SchemaDefinition input = SchemaDefinition.Create(typeof(TRow));
        input[0].ColumnName = column.Name;
        input[0].ColumnType = column.Type;
        return context.Transforms.CustomMapping<TRow, ScoredRow>(
            (row, scored) =>
            {
                scored.Score = lowIsUnusual ? -read(row) : read(row);
                // What is no number is not usual.
                scored.PredictedLabel = !(scored.Score <= Threshold);
            },
            contractName: null, input).Fit(context.Data.LoadFromEnumerable(Array.Empty<TRow>(), input));
    }

    private sealed class VectorRow
    {
        public float[] Value { get; set; } = [];
    }

    private sealed class NumberRow
    {
        public float Value { get; set; }
    }

    private sealed class ScoredRow
    {
        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
