using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

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
