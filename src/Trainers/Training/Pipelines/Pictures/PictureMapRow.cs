using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A row of a <see cref="PictureMapping"/>'s input with the new picture; the input's position and id are its own.</summary>
internal sealed class PictureMapRow(PictureMapping mapping, DataViewRow input, bool[] active) : DataViewRow
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => mapping.IsOwn(column) && active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentException($"column '{column.Name}' was not asked for when this row was made.", nameof(column));
        if (column.Index < mapping.InputSchema.Count)
            return input.GetGetter<TValue>(mapping.InputSchema[column.Index]);
        return mapping.Getter(input) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"column '{column.Name}' holds pictures: read it as {nameof(MLImage)}, not as {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
