using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A view with a schema and no rows: what an estimator that learns nothing is fitted on.</summary>
internal sealed class EmptyView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => true;

    /// <summary>A view with vector columns of Single, of unknown size, under these names.</summary>
    public static EmptyView OfVectors(params IEnumerable<string> names)
    {
        DataViewSchema.Builder builder = new();
        foreach (string name in names)
            builder.AddColumn(name, new VectorDataViewType(NumberDataViewType.Single));
        return new EmptyView(builder.ToSchema());
    }

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(Schema)];

    private sealed class Cursor(DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema { get; } = schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ref TValue _) => throw new InvalidOperationException("the view has no rows.");

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId _) => throw new InvalidOperationException("the view has no rows.");
    }
}
