namespace Microsoft.ML.Data;

/// <summary>A view whose cursors add a mapping's columns to those of another view, on demand.</summary>
internal sealed class MappedDataView : IDataView
{
    private readonly IDataView source;
    private readonly MappedColumns columns;

    public MappedDataView(IDataView source, RowMapping mapping)
    {
        this.source = source;
        columns = new MappedColumns(mapping);
    }

    public DataViewSchema Schema => columns.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return new MappedCursor(source.GetRowCursor(columns.Dependencies(active), rand), columns, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return source.GetRowCursorSet(columns.Dependencies(active), n, rand)
            .Select(cursor => (DataViewRowCursor)new MappedCursor(cursor, columns, active))
            .ToArray();
    }
}
