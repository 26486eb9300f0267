using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// A column of pictures of any size to another one, a picture at a time, when a row is asked for. ML.NET's own transformers need one known size: see
/// <see cref="FixedSizeChain"/> for a chain of those.
/// </summary>
/// <remarks>A row without a picture stays one. <paramref name="map"/> may be called from several threads at once.</remarks>
/// <param name="outputColumnName">The column to add.</param>
/// <param name="inputColumnName">The column of pictures (MLImage).</param>
/// <param name="map">Red, green and blue in; what it gives is the caller's.</param>
internal sealed class PictureMapTransformer(string outputColumnName, string inputColumnName, Func<Picture, Picture> map) : ITransformer
{
    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapping(inputSchema).OutputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapping(inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PictureMapView(input, Mapping(input.Schema));
    }

    // ML.NET keeps what a transformer of our own would need to save itself internal.
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "a transformer of pictures of any size cannot be saved by ML.NET: save what ToFixedSize(width, height) gives, or the ONNX files (SaveOnnx).");

    private PictureMapping Mapping(DataViewSchema input) => new(input, outputColumnName, inputColumnName, map);
}

/// <summary>A <see cref="PictureMapTransformer"/> over rows of one schema: their columns, and the new one after them.</summary>
internal sealed class PictureMapping : IRowToRowMapper
{
    private readonly DataViewSchema.Column source;
    private readonly Func<Picture, Picture> map;

    /// <exception cref="ArgumentException">The input column is absent or holds something else.</exception>
    public PictureMapping(DataViewSchema input, string outputColumnName, string inputColumnName, Func<Picture, Picture> map)
    {
        ArgumentNullException.ThrowIfNull(input);
        source = ImageColumn.Find(input, inputColumnName);
        this.map = map;
        InputSchema = input;
        DataViewSchema.Builder schema = new();
        schema.AddColumns(input);
        schema.AddColumn(outputColumnName, new ImageDataViewType());
        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The columns of the input that those of the output need.</summary>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] active = Active(dependingColumns);
        return InputSchema.Where(column => active[column.Index] || (active[^1] && column.Index == source.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PictureMapRow(this, input, Active(activeColumns));
    }

    /// <summary>Which columns of the output are asked for.</summary>
    /// <exception cref="ArgumentException">One is not the output's.</exception>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            if (!IsOwn(column))
                throw new ArgumentException($"column '{column.Name}' is not in this view's schema.", nameof(columns));
            active[column.Index] = true;
        }
        return active;
    }

    public bool IsOwn(DataViewSchema.Column column) => column.Index < OutputSchema.Count && OutputSchema[column.Index].Name == column.Name;

    /// <summary>Gives a new picture at every call, and disposes the one that it is handed, as ML.NET's own image getters do.</summary>
    public ValueGetter<MLImage> Getter(DataViewRow input)
    {
        ValueGetter<MLImage> get = input.GetGetter<MLImage>(source);
        MLImage? from = null;
        return (ref MLImage value) =>
        {
            value?.Dispose();
            value = null!;
            get(ref from!);
            if (from is null)
                return;
            value = map(Picture.FromImage(from)).ToImage();
        };
    }
}

/// <summary>The rows of a view with a new picture each; nothing is computed before a cursor's row is read.</summary>
internal sealed class PictureMapView(IDataView source, PictureMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(mapping, source.GetRowCursor(mapping.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. source.GetRowCursorSet(mapping.GetDependencies(needed), n, rand).Select(cursor => new Cursor(mapping, cursor, needed))];
    }

    private sealed class Cursor(PictureMapping mapping, DataViewRowCursor input, DataViewSchema.Column[] needed) : DataViewRowCursor
    {
        private readonly DataViewRow row = mapping.GetRow(input, needed);

        public override DataViewSchema Schema => row.Schema;

        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

        public override ValueGetter<Microsoft.ML.Data.DataViewRowId> GetIdGetter() => row.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                row.Dispose();
            base.Dispose(disposing);
        }
    }
}

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
