using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Base of every transformer that adds columns row by row. A subclass gives <see cref="MakeMapping"/>
/// (the columns and their getters for one input schema) and <see cref="SaveModel"/>; lazy, column-selective
/// cursors, the output schema and the row-to-row mapper come from here.
/// </summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHost host)
    {
        Host = host;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return new MappedColumns(MakeMapping(inputSchema)).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapping(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return new MappedRowMapper(new MappedColumns(MakeMapping(inputSchema)));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        SaveModel(ctx);
    }

    private protected abstract RowMapping MakeMapping(DataViewSchema inputSchema);

    /// <summary>Calls <see cref="ModelSaveContext.SetLoader{TLoader}"/> and writes what the loader will read.</summary>
    private protected abstract void SaveModel(ModelSaveContext ctx);
}
