using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A view of selected columns.</summary>
internal sealed class SelectedDataView(IDataView source, ColumnSelection selection) : IDataView
{
    public DataViewSchema Schema => selection.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return new Cursor(source.GetRowCursor(Sources(active), rand), selection, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return source.GetRowCursorSet(Sources(active), n, rand)
            .Select(cursor => (DataViewRowCursor)new Cursor(cursor, selection, active))
            .ToArray();
    }

    private IEnumerable<DataViewSchema.Column> Sources(bool[] active) =>
        selection.GetDependencies(Schema.Where(column => active[column.Index]));

    private sealed class Cursor(DataViewRowCursor input, ColumnSelection selection, bool[] active) : WrappingCursor(input)
    {
        public override DataViewSchema Schema => selection.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(this, column);
            return Input.GetGetter<TValue>(Input.Schema[selection.SourceOf(column)]);
        }
    }
}
