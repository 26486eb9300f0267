using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// Rows whose column of pictures has been brought to one size smoothly, the middle of each: what ML.NET's own <c>ResizeImages</c>, which takes the
/// nearest pixel, then leaves alone. For networks that serve pictures of any size, and need not be served through ResizeImages as they were trained.
/// </summary>
internal sealed class SmoothPictures : IDataView
{
    private readonly IDataView rows;
    private readonly int column, width, height;

    private SmoothPictures(IDataView rows, int column, int width, int height)
    {
        (this.rows, this.column, this.width, this.height) = (rows, column, width, height);
        DataViewSchema.Builder builder = new();
        foreach (DataViewSchema.Column each in rows.Schema)
            builder.AddColumn(each.Name, each.Index == column ? new ImageDataViewType(height, width) : each.Type, each.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => rows.CanShuffle;

    public static SmoothPictures Of(IDataView rows, string name, int width, int height) => new(rows, NetworkInput.Find(rows, name).Index, width, height);

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, rows.GetRowCursor(Inner(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. rows.GetRowCursorSet(Inner(columnsNeeded), n, rand).Select(cursor => new Cursor(this, cursor))];

    private DataViewSchema.Column[] Inner(IEnumerable<DataViewSchema.Column> columns) => [.. columns.Select(each => rows.Schema[each.Index])];

    private sealed class Cursor(SmoothPictures view, DataViewRowCursor inner) : DataViewRowCursor
    {
        public override DataViewSchema Schema => view.Schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override bool MoveNext() => inner.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(view.rows.Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            DataViewSchema.Column source = view.rows.Schema[column.Index];
            if (column.Index != view.column)
                return inner.GetGetter<TValue>(source);
            ValueGetter<MLImage> get = inner.GetGetter<MLImage>(source);
            MLImage? original = null;
            ValueGetter<MLImage> resized = (ref MLImage value) =>
            {
                get(ref original!);
                value?.Dispose();
                value = original is null ? null! : PictureResize.ToCover(Picture.FromImage(original), view.width, view.height).ToImage();
            };
            return resized as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds pictures (MLImage), not {typeof(TValue).Name}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
