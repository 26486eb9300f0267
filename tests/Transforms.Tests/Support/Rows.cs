using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>Reads columns through plain cursors.</summary>
internal static class Rows
{
    public static List<T> Column<T>(IDataView view, string name, Func<T, T>? copy = null, Random? shuffle = null)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column], shuffle);
        var getter = cursor.GetGetter<T>(column);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(copy is null ? value : copy(value));
        }
        return values;
    }

    public static List<string> Text(IDataView view, string name) =>
        [.. Column<ReadOnlyMemory<char>>(view, name).Select(text => text.ToString())];

    public static List<Picture> Pictures(IDataView view, string name = "Image")
    {
        var pictures = new List<Picture>();
        foreach (var image in Column<MLImage>(view, name))
            using (image)
                pictures.Add(Picture.FromImage(image));
        return pictures;
    }

    public static List<float[]> Vectors(IDataView view, string name, Random? shuffle = null) =>
        [.. Column<VBuffer<float>>(view, name, shuffle: shuffle).Select(v => v.DenseValues().ToArray())];
}
