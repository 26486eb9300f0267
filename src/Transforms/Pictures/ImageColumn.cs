using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Reads a view's column of images.</summary>
internal static class ImageColumn
{
    /// <exception cref="ArgumentException">The column is absent or holds something else.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var column = schema.GetColumnOrNull(name) ??
            throw new ArgumentException($"There is no column '{name}'; the columns are {string.Join(", ", schema.Select(c => $"'{c.Name}'"))}", nameof(name));
        return column.Type is ImageDataViewType ? column
            : throw new ArgumentException($"Column '{name}' holds {column.Type}, not images. Load them with ml.Images.LoadFolder or ml.Transforms.LoadImages", nameof(name));
    }

    /// <summary>Copies all images.</summary>
    public static List<Picture> Read(IDataView view, string name)
    {
        ArgumentNullException.ThrowIfNull(view);
        var column = Find(view.Schema, name);
        var pictures = new List<Picture>();
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<MLImage>(column);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getter(ref image!);
            pictures.Add(image is null
                ? throw new InvalidDataException($"Row {cursor.Position} has no image in column '{name}'")
                : Picture.FromImage(image));
        }
        return pictures;
    }
}
