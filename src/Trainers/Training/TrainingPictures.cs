using Microsoft.ML;

namespace MLNetGen;

/// <summary>Some of what a network learnt from, for a report to open with.</summary>
internal static class TrainingPictures
{
    private const int Shown = 32, Columns = 8;

    /// <summary>Draws the first pictures as they came, and says how large they are.</summary>
    public static string Save(MLContext context, IDataView rows, PictureInput column, string path)
    {
        IReadOnlyList<Picture> pictures = ImageColumn.Read(context.Data.TakeRows(rows, Shown), column.Name);
        PictureGrid.Save(path, pictures, Columns);
        string sizes = string.Join(", ", pictures
            .CountBy(picture => (picture.Width, picture.Height))
            .OrderByDescending(size => size.Value)
            .Select(size => $"{size.Key.Width}×{size.Key.Height}{(size.Value == pictures.Count ? "" : $" ({size.Value})")}"));
        return $"The first {pictures.Count}, as they came: {sizes} pixels. The networks get them as {column.Width}×{column.Height}, {(column.Channels == 1 ? "grey" : "in colour")}.";
    }
}
