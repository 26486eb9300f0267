using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Walks <see cref="IndexedRows"/>, in order or in that of a permutation.</summary>
internal sealed class IndexedRowCursor(DataViewSchema schema, IndexedColumn[] columns, bool[] active, int count, int[]? order)
    : DataViewRowCursor
{
    private long position = -1;
    private bool finished;

    public override DataViewSchema Schema => schema;

    /// <summary>-1 before the first row and after the last.</summary>
    public override long Position => finished ? -1 : position;

    public override long Batch => 0;

    // The index in the source, whatever the order of reading.
    private int Row =>
        Position < 0 ? throw new InvalidOperationException("The cursor is not at a row: call MoveNext first, and read only while it returns true")
        : order is null ? (int)position : order[position];

    public override bool MoveNext()
    {
        if (finished || position + 1 >= count)
            return !(finished = true);
        position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < active.Length && columns[column.Index].Name == column.Name && active[column.Index];

    // A row keeps its id in every order.
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentException($"Column '{column.Name}' was not asked for when this cursor was made", nameof(column));
        if (columns[column.Index] is not IndexedColumn<TValue> typed)
            throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type}, read it as {column.Type.RawType.Name}, not as {typeof(TValue).Name}");
        return (ref TValue value) => typed.Get(Row, ref value);
    }
}
