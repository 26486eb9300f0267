namespace Microsoft.ML.Data;

internal sealed class CacheDataView(IDataView source, int[] prefetch) : IDataView
{
    public DataViewSchema Schema => source.Schema;
    public bool CanShuffle => prefetch.Length >= 0;
    public long? GetRowCount() => source.GetRowCount();
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => source.GetRowCursor(columnsNeeded, rand);
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => source.GetRowCursorSet(columnsNeeded, n, rand);
}
