using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The row-to-row mapper of a transformer with a <see cref="RowMapping"/>.</summary>
internal sealed class MappedRowMapper(MappedColumns columns) : IRowToRowMapper
{
    public DataViewSchema InputSchema => columns.InputSchema;

    public DataViewSchema OutputSchema => columns.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        columns.Dependencies(MappedColumns.Active(OutputSchema, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.Check(input.Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new MappedRow(input, columns, MappedColumns.Active(OutputSchema, activeColumns));
    }
}
