namespace Microsoft.ML.Data;

/// <summary>The cursor of a <see cref="MappedDataView"/>.</summary>
internal sealed class MappedCursor : WrappingCursor
{
    private readonly MappedColumns columns;
    private readonly bool[] active;
    private readonly Delegate[] getters;
    private readonly Action disposer;

    public MappedCursor(DataViewRowCursor input, MappedColumns columns, bool[] active)
        : base(input)
    {
        this.columns = columns;
        this.active = active;
        bool[] added = columns.ActiveAdded(active);
        getters = columns.Mapping.CreateGetters(input, i => added[i], out disposer);
    }

    public override DataViewSchema Schema => columns.OutputSchema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(this, column);
        return columns.IsInput(column.Index, out int index)
            ? Input.GetGetter<TValue>(Input.Schema[index])
            : Getters.Cast<TValue>(getters[index], column);
    }

    protected override void DisposeCore() => disposer?.Invoke();
}
