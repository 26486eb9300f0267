namespace Microsoft.ML.Data;

/// <summary>Some rows in the middle: skips the first ones, takes so many after them.</summary>
internal sealed class RowRangeDataView(IDataView source, long skip, long take) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount() is long count ? Math.Min(Math.Max(0, count - skip), take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : FilterCursor(input)
    {
        private long taken;

        protected override bool MoveNextCore()
        {
            if (taken == take)
                return false;
            if (taken++ == 0)
            {
                for (long i = 0; i < skip; i++)
                {
                    if (!Input.MoveNext())
                        return false;
                }
            }
            return Input.MoveNext();
        }
    }
}
