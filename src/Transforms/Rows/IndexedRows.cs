using Microsoft.ML;

namespace MLNetGen;

/// <summary>
/// A view whose values are computed from the row's index when they are asked for: column-selective, shuffled by index,
/// any number of cursors at once. The column functions must be safe to call from several threads.
/// </summary>
internal sealed class IndexedRows : IDataView
{
    private readonly int count;
    private readonly IndexedColumn[] columns;

    public IndexedRows(int count, params IndexedColumn[] columns)
    {
        this.count = count;
        this.columns = columns;
        var schema = new DataViewSchema.Builder();
        foreach (var column in columns)
            schema.AddColumn(column.Name, column.Type);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[columns.Length];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= columns.Length || columns[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not in this view's schema", nameof(columnsNeeded));
            active[column.Index] = true;
        }
        return new IndexedRowCursor(Schema, columns, active, count, rand is null ? null : Permutation(rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private int[] Permutation(Random random)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        // Fisher-Yates by hand: a Random of ML.NET's own may override Next alone.
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
