using Microsoft.ML;

namespace Compat.ML.Tests;

/// <summary>Passes a view on and counts cursors opened, rows moved to and values read.</summary>
internal sealed class OnnxCountingDataView(IDataView source) : IDataView
{
    private int cursors;
    private int rows;
    private int values;

    public int Cursors => cursors;

    public int Rows => rows;

    public int Values => values;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Interlocked.Increment(ref cursors);
        return new Cursor(this, source.GetRowCursor(columnsNeeded, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(OnnxCountingDataView owner, DataViewRowCursor source) : DataViewRowCursor
    {
        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override DataViewSchema Schema => source.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override ValueGetter<Microsoft.ML.Data.DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override bool MoveNext()
        {
            bool moved = source.MoveNext();
            if (moved)
                Interlocked.Increment(ref owner.rows);
            return moved;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> getter = source.GetGetter<TValue>(column);
            return (ref TValue value) =>
            {
                Interlocked.Increment(ref owner.values);
                getter(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
