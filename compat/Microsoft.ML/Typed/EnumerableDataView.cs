using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Objects as rows, enumerated anew by each cursor.</summary>
internal sealed class EnumerableDataView<TRow> : IDataView
    where TRow : class
{
    private readonly IEnumerable<TRow> data;
    private readonly TypedColumn[] columns;

    public EnumerableDataView(IEnumerable<TRow> data, SchemaDefinition definition)
    {
        this.data = data;
        columns = TypedColumns.Create(typeof(TRow), SchemaDefinition.Direction.Read, definition);
        Schema = TypedColumns.ToSchema(columns);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, MappedColumns.Active(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursor
    {
        private readonly IEnumerator<TRow> rows;
        private readonly Delegate[] getters;
        private TRow current;

        public Cursor(EnumerableDataView<TRow> view, bool[] active)
        {
            Schema = view.Schema;
            getters = view.columns.Select((column, i) => active[i] ? MemberGetters.Create(column, Current) : null).ToArray();
            rows = view.data.GetEnumerator();
        }

        public override DataViewSchema Schema { get; }

        public override bool IsColumnActive(DataViewSchema.Column column) => getters[column.Index] != null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            return Getters.Cast<TValue>(getters[column.Index], column);
        }

        protected override bool MoveNextCore()
        {
            bool moved = rows.MoveNext();
            current = moved ? rows.Current : null;
            Contracts.Check(!moved || current != null, "Encountered null when iterating over data, this is not supported.");
            return moved;
        }

        protected override void DisposeCore() => rows.Dispose();

        private TRow Current() => current ?? throw Contracts.Except(NoCurrentRow);
    }
}
