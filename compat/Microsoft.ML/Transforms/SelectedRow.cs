using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A row of selected columns. Disposing it disposes its input.</summary>
internal sealed class SelectedRow(DataViewRow input, ColumnSelection selection) : DataViewRow
{
    public override DataViewSchema Schema => selection.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        input.GetGetter<TValue>(input.Schema[selection.SourceOf(column)]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
