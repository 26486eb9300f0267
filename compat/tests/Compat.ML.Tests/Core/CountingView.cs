using Microsoft.ML;

namespace Compat.ML.Tests;

/// <summary>Counts the cursors opened on a view, and the columns that each asked for.</summary>
public sealed class CountingView(IDataView inner) : IDataView
{
    public List<string[]> Requests { get; } = [];

    public DataViewSchema Schema => inner.Schema;

    public bool CanShuffle => inner.CanShuffle;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        Requests.Add(columns.Select(column => column.Name).ToArray());
        return inner.GetRowCursor(columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
