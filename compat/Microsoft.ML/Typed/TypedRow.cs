using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A row over one object at a time; each new object is a new position.</summary>
internal sealed class TypedRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly Delegate[] getters;
    private TRow current;
    private long position = -1;

    public TypedRow(TypedColumn[] columns)
    {
        Schema = TypedColumns.ToSchema(columns);
        getters = columns.Select(column => MemberGetters.Create(column, Current)).ToArray();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => position;

    public override long Batch => 0;

    public void SetCurrent(TRow row)
    {
        Contracts.CheckValue(row, nameof(row));
        current = row;
        position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        Getters.Cast<TValue>(getters[column.Index], column);

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId value) => value = new DataViewRowId((ulong)position, 0);

    private TRow Current() => current ?? throw Contracts.Except(RootCursor.NoCurrentRow);
}
