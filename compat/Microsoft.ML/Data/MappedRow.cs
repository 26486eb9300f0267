namespace Microsoft.ML.Data;

/// <summary>A row with a mapping's columns added. Disposing it disposes its input.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly DataViewRow input;
    private readonly MappedColumns columns;
    private readonly Delegate[] getters;
    private readonly Action disposer;
    private bool disposed;

    public MappedRow(DataViewRow input, MappedColumns columns, bool[] active)
    {
        this.input = input;
        this.columns = columns;
        bool[] added = columns.ActiveAdded(active);
        getters = columns.Mapping.CreateGetters(input, i => added[i], out disposer);
    }

    public override DataViewSchema Schema => columns.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        columns.IsInput(column.Index, out int index) ? input.IsColumnActive(input.Schema[index]) : getters[index] != null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (columns.IsInput(column.Index, out int index))
            return input.GetGetter<TValue>(input.Schema[index]);
        Getters.CheckActive(this, column);
        return Getters.Cast<TValue>(getters[index], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposed && disposing)
        {
            disposed = true;
            disposer?.Invoke();
            input.Dispose();
        }
        base.Dispose(disposing);
    }
}
