using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>One object in, one object out. Not for several threads at once.</summary>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly TypedRow<TSrc> input;
    private readonly Action<TDst> fill;
    private readonly bool ownsTransformer;
    private bool disposed;

    private protected PredictionEngineBase(
        ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition, bool ownsTransformer)
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        Contracts.CheckParam(transformer.IsRowToRowMapper, nameof(transformer), "Must be a row to row mapper");
        Transformer = transformer;
        this.ownsTransformer = ownsTransformer;
        input = new TypedRow<TSrc>(TypedColumns.Create(typeof(TSrc), SchemaDefinition.Direction.Read, inputSchemaDefinition));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(input.Schema);
        var reader = new TypedReader<TDst>(mapper.OutputSchema, ignoreMissingColumns, outputSchemaDefinition);
        fill = reader.Bind(mapper.GetRow(input, mapper.OutputSchema));
        OutputSchema = transformer.GetOutputSchema(input.Schema);
    }

    public DataViewSchema OutputSchema { get; }

    private protected ITransformer Transformer { get; }

    public TDst Predict(TSrc example)
    {
        var result = new TDst();
        Predict(example, ref result);
        return result;
    }

    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        input.Dispose();
        if (ownsTransformer)
            (Transformer as IDisposable)?.Dispose();
    }

    private protected void ExtractValues(TSrc example) => input.SetCurrent(example);

    private protected void FillValues(TDst prediction) => fill(prediction);
}
