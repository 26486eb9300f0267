using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// Stands between rows and ML.NET's picture transforms, which dispose of the pictures they read: ResizeImages hands on what has its size already and disposes of it
/// later, ExtractPixels disposes of its last. They get copies, so that pictures that live in memory survive.
/// </summary>
/// <param name="pictures">Names of the columns that are read.</param>
/// <param name="areNeeded">Whether a row without a picture is an error; ML.NET makes nothing, black, or an error of one, by what stood in the row before.</param>
/// <param name="check">Called before a value is read; throws where that must not be any more.</param>
internal sealed class PictureShield(IReadOnlyCollection<string> pictures, bool areNeeded = false, Action? check = null)
{
    /// <summary>The rows as they are, with a copy of the picture at every read.</summary>
    public IDataView Over(IDataView rows) => new View(rows, this);

    /// <summary>What maps copies of a row's pictures.</summary>
    public IRowToRowMapper Before(IRowToRowMapper mapper) => new Mapper(mapper, this);

    private void Check() => check?.Invoke();

    private ValueGetter<TValue> Getter<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<TValue> get = row.GetGetter<TValue>(column);
        if (get is ValueGetter<MLImage> getPicture && pictures.Contains(column.Name))
            return (ValueGetter<TValue>)(Delegate)Copies(row, getPicture, column.Name);
        return check is null ? get : (ref TValue value) =>
        {
            check();
            get(ref value);
        };
    }

    // Gives a new picture at every call, and disposes of the one that it is handed, as ML.NET's own getters do.
    private ValueGetter<MLImage> Copies(DataViewRow row, ValueGetter<MLImage> get, string column)
    {
        MLImage? from = null;
        return (ref MLImage value) =>
        {
            check?.Invoke();
            value?.Dispose();
            value = null!;
            get(ref from!);
            if (from is not null)
                value = Copy(from, row.Position, column);
            else if (areNeeded)
                throw new InvalidDataException($"row {row.Position} of column '{column}' has no picture: filter such rows out first.");
        };
    }

    private static MLImage Copy(MLImage picture, long row, string column)
    {
        try
        {
            MLImage copy = MLImage.CreateFromPixels(picture.Width, picture.Height, picture.PixelFormat, picture.Pixels);
            copy.Tag = picture.Tag;
            return copy;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException(
                $"the picture in row {row} of column '{column}' was disposed of before it was read: keep it until then, or decode it where the row is made (items.Select(x => new Photo {{ Image = Decode(x) }})).");
        }
    }

    private sealed class View(IDataView rows, PictureShield shield) : IDataView
    {
        public DataViewSchema Schema => rows.Schema;

        public bool CanShuffle => rows.CanShuffle;

        public long? GetRowCount() => rows.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            shield.Check();
            return new Cursor(rows.GetRowCursor(columnsNeeded, rand), shield);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        {
            shield.Check();
            return [.. rows.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new Cursor(cursor, shield))];
        }
    }

    private sealed class Cursor(DataViewRowCursor rows, PictureShield shield) : DataViewRowCursor
    {
        public override DataViewSchema Schema => rows.Schema;

        public override long Position => rows.Position;

        public override long Batch => rows.Batch;

        public override bool MoveNext() => rows.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => shield.Getter<TValue>(rows, column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Mapper(IRowToRowMapper mapper, PictureShield shield) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => mapper.InputSchema;

        public DataViewSchema OutputSchema => mapper.OutputSchema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => mapper.GetDependencies(dependingColumns);

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => mapper.GetRow(new Row(input, shield), activeColumns);
    }

    private sealed class Row(DataViewRow row, PictureShield shield) : DataViewRow
    {
        public override DataViewSchema Schema => row.Schema;

        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => shield.Getter<TValue>(row, column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                row.Dispose();
            base.Dispose(disposing);
        }
    }
}
