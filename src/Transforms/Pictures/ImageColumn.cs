using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Reads a view's column of images.</summary>
internal static class ImageColumn
{
    private const string Dropped = " ML.NET's Cache, AppendCacheCheckpoint, ShuffleRows and SaveAsBinary leave columns of pictures out: take them away before what reads pictures; trainers keep and shuffle their rows themselves.";

    /// <exception cref="ArgumentException">The column is absent or holds something else.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var column = schema.GetColumnOrNull(name) ?? throw new ArgumentException(Absent(schema, name), nameof(name));
        return column.Type is ImageDataViewType ? column
            : throw new ArgumentException($"Column '{name}' holds {column.Type}, not images (MLImage). Load them with ml.Images.LoadFolder or ml.Transforms.LoadImages", nameof(name));
    }

    /// <summary>What to say of a column that is not there: what there is and, where none of that is a column of pictures, what leaves such out.</summary>
    public static string Absent(DataViewSchema schema, string name)
    {
        string columns = string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"));
        return $"the rows have no column '{name}'; they have {columns}.{(schema.Any(c => c.Type is ImageDataViewType) ? "" : Dropped)}";
    }

    /// <summary>Copies all images.</summary>
    public static List<Picture> Read(IDataView view, string name) => [.. Each(view, name)];

    /// <summary>Copies of the images, one after the other.</summary>
    /// <exception cref="InvalidDataException">A row has none.</exception>
    public static IEnumerable<Picture> Each(IDataView view, string name)
    {
        ArgumentNullException.ThrowIfNull(view);
        var column = Find(view.Schema, name);
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<MLImage>(column);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getter(ref image!);
            yield return image is null
                ? throw new InvalidDataException($"Row {cursor.Position} has no image in column '{name}'")
                : Picture.FromImage(image);
        }
    }
}
