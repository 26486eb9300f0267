using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Writes a column's value at a row into <paramref name="value"/>, which may hold an earlier row's value.</summary>
internal delegate void RowGetter<T>(int row, ref T value);

/// <summary>One column of <see cref="IndexedRows"/>.</summary>
internal abstract class IndexedColumn(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    /// <summary>A text column.</summary>
    public static IndexedColumn Text(string name, Func<int, string> value) =>
        new IndexedColumn<ReadOnlyMemory<char>>(name, TextDataViewType.Instance,
            (int row, ref ReadOnlyMemory<char> text) => text = value(row).AsMemory());

    /// <summary>A column of Single.</summary>
    public static IndexedColumn Single(string name, Func<int, float> value) =>
        new IndexedColumn<float>(name, NumberDataViewType.Single, (int row, ref float number) => number = value(row));

    /// <summary>
    /// A column of pictures, made when a row is asked for. As ML.NET's own image loader does, a getter disposes the
    /// picture it gave for the row before.
    /// </summary>
    public static IndexedColumn Image(string name, ImageDataViewType type, Func<int, MLImage> value)
    {
        PictureTypes.Register(type);
        return new IndexedColumn<MLImage?>(name, type, (int row, ref MLImage? image) =>
        {
            image?.Dispose();
            image = null;
            image = value(row);
        });
    }
}

/// <summary>A column whose values are <typeparamref name="T"/>, computed from the row's index.</summary>
internal sealed class IndexedColumn<T>(string name, DataViewType type, RowGetter<T> get) : IndexedColumn(name, type)
{
    public RowGetter<T> Get { get; } = get;
}
