using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Classification;

/// <summary>A few rows' pictures: no other row's is decoded.</summary>
internal static class ChosenPictures
{
    // A sheet's cell is no larger, and thousands of large photos would fill the memory.
    private const int LargestSide = 512;

    /// <summary>In the order of <paramref name="rows"/>, made smaller where they are larger than a sheet shows.</summary>
    /// <exception cref="InvalidDataException">There is no such row, or it has no picture.</exception>
    public static IReadOnlyList<Picture> Read(IDataView view, string imageColumnName, IReadOnlyList<int> rows, CancellationToken cancel = default)
    {
        DataViewSchema.Column column = ImageColumn.Find(view.Schema, imageColumnName);
        Dictionary<int, Picture> found = [];
        HashSet<int> wanted = [.. rows];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(column);
        MLImage image = null!;
        for (int row = 0; found.Count < wanted.Count && cursor.MoveNext(); row++)
        {
            cancel.ThrowIfCancellationRequested();
            if (!wanted.Contains(row))
                continue;
            get(ref image);
            found[row] = image is null ? throw new InvalidDataException($"row {row} has no picture in column '{imageColumnName}'.")
                : PictureShrink.ToFit(Picture.FromImage(image), LargestSide, LargestSide);
        }
        return [.. rows.Select(row => found.TryGetValue(row, out Picture? picture) ? picture : throw new InvalidDataException($"there is no row {row} in column '{imageColumnName}': does the view give the same rows each time?"))];
    }
}
