namespace Microsoft.ML.Data;

/// <summary>
/// Keeps each column in memory from the first time that a cursor reads it: columns that nobody asks for are never read.
/// </summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView source;
    private readonly ColumnStore[] stores;
    private readonly HashSet<int> prefetch;
    private readonly Lock gate = new();
    private long? rowCount;

    public CacheDataView(IDataView input, IEnumerable<string> prefetchColumns)
    {
        source = KeepableColumns.Of(input);
        stores = new ColumnStore[source.Schema.Count];
        prefetch = prefetchColumns.Select(name => IndexOf(input.Schema, name)).ToHashSet();
        rowCount = source.GetRowCount();
    }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, MappedColumns.Active(Schema, columnsNeeded), rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private int IndexOf(DataViewSchema inputSchema, string name)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(name)
            ?? throw Runtime.Contracts.ExceptSchemaMismatch("columnsToPrefetch", "prefetch", name);
        Runtime.Contracts.Check(ColumnStore.CanKeep(column.Type),
            $"Asked to prefetch column '{name}' into cache, but it is of unhandled type '{column.Type}'");
        return Schema[name].Index;
    }

    // Stores for new columns first, filled in one pass together with the columns to prefetch.
    private ColumnStore[] StoresFor(bool[] active)
    {
        lock (gate)
        {
            DataViewSchema.Column[] missing = Schema
                .Where(column => stores[column.Index] == null && (active[column.Index] || prefetch.Contains(column.Index)))
                .ToArray();
            if (missing.Length > 0 || rowCount == null)
                Fill(missing);
            return stores.Select((store, i) => active[i] ? store : null).ToArray();
        }
    }

    private void Fill(DataViewSchema.Column[] columns)
    {
        using DataViewRowCursor cursor = source.GetRowCursor(columns);
        ColumnStore[] added = columns.Select(column => ColumnStore.Create(column.Type)).ToArray();
        Action<int>[] fillers = columns.Select((column, i) => added[i].Filler(Getters.Of(cursor, column))).ToArray();
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            foreach (Action<int> fill in fillers)
                fill(rows);
        }
        rowCount = rows;
        for (int i = 0; i < columns.Length; i++)
            stores[columns[i].Index] = added[i];
    }

    private sealed class Cursor : StoredCursor
    {
        private readonly int[] order;
        private int next;

        public Cursor(CacheDataView view, bool[] active, Random rand)
            : base(view.Schema, view.StoresFor(active), null)
        {
            order = Enumerable.Range(0, checked((int)view.rowCount.Value)).ToArray();
            rand?.Shuffle(order);
        }

        protected override int NextSlot() => next < order.Length ? order[next++] : -1;
    }
}
