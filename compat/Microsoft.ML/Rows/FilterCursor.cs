namespace Microsoft.ML.Data;

/// <summary>A cursor over some of another's rows: its own positions, the other's values and ids.</summary>
internal abstract class FilterCursor(DataViewRowCursor input) : RootCursor
{
    public sealed override DataViewSchema Schema => Input.Schema;

    public sealed override long Batch => Input.Batch;

    protected DataViewRowCursor Input { get; } = input;

    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    protected sealed override void DisposeCore() => Input.Dispose();
}
