using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Some columns of a schema, in some order, as a row mapper.</summary>
internal sealed class ColumnSelection : IRowToRowMapper
{
    private readonly DataViewSchema.Column[] sources;

    public ColumnSelection(DataViewSchema inputSchema, DataViewSchema.Column[] sources)
    {
        this.sources = sources;
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public int SourceOf(DataViewSchema.Column column) => sources[column.Index].Index;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = dependingColumns.Select(SourceOf).ToHashSet();
        return InputSchema.Where(column => needed.Contains(column.Index)).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new SelectedRow(input, this);
}
