namespace Microsoft.ML.Data;

/// <summary>The rows that a test on some columns accepts.</summary>
internal sealed class FilteredDataView : IDataView
{
    private readonly IDataView source;
    private readonly DataViewSchema.Column[] tested;
    private readonly Func<DataViewRow, Func<bool>> makeTest;

    /// <summary>The test is made anew for each cursor, over its row.</summary>
    public FilteredDataView(IDataView source, DataViewSchema.Column[] tested, Func<DataViewRow, Func<bool>> makeTest)
    {
        this.source = source;
        this.tested = tested;
        this.makeTest = makeTest;
    }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return Filter(source.GetRowCursor(Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = MappedColumns.Active(Schema, columnsNeeded);
        return source.GetRowCursorSet(Needed(active), n, rand).Select(cursor => Filter(cursor, active)).ToArray();
    }

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active) =>
        Schema.Where(column => active[column.Index] || tested.Any(test => test.Index == column.Index)).ToArray();

    private DataViewRowCursor Filter(DataViewRowCursor input, bool[] active) => new Cursor(input, active, makeTest(input));

    private sealed class Cursor(DataViewRowCursor input, bool[] active, Func<bool> test) : FilterCursor(input)
    {
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        protected override bool MoveNextCore()
        {
            while (Input.MoveNext())
            {
                if (test())
                    return true;
            }
            return false;
        }
    }
}
