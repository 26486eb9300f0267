namespace Microsoft.ML.Data;

/// <summary>A cursor over stored columns; subclasses say which slot is next.</summary>
internal abstract class StoredCursor : RootCursor
{
    private readonly Delegate[] getters;
    private readonly Delegate idGetter;
    private int slot = -1;

    /// <summary>Stores by column, null where the column is not active; <paramref name="ids"/> may be null.</summary>
    protected StoredCursor(DataViewSchema schema, ColumnStore[] stores, ColumnStore ids)
    {
        Schema = schema;
        getters = stores.Select(store => store?.Getter(CurrentSlot)).ToArray();
        idGetter = ids?.Getter(CurrentSlot);
    }

    public sealed override DataViewSchema Schema { get; }

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => getters[column.Index] != null;

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(this, column);
        return Getters.Cast<TValue>(getters[column.Index], column);
    }

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ValueGetter<DataViewRowId>)idGetter
        ?? ((ref DataViewRowId value) => value = new DataViewRowId((ulong)CurrentSlot(), 0));

    /// <summary>The slot of the next row, or -1 at the end.</summary>
    protected abstract int NextSlot();

    protected sealed override bool MoveNextCore() => (slot = NextSlot()) >= 0;

    private int CurrentSlot()
    {
        CheckPosition();
        return slot;
    }
}
