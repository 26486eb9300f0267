using Microsoft.ML;

namespace MLNetGen;

/// <summary>Some of what a network learnt from, for a report to open with.</summary>
internal static class TrainingPictures
{
    private const int Shown = 32, Columns = 8;

    /// <summary>Says how large the first pictures are, and draws them as they came where there is a <paramref name="path"/>.</summary>
    public static string Describe(MLContext context, IDataView rows, PictureInput column, string? path, TrainingSession session)
    {
        IReadOnlyList<Picture> pictures = ImageColumn.Read(context.Data.TakeRows(rows, Shown), column.Name);
        try
        {
            if (path is not null)
                PictureGrid.Save(path, pictures, Columns);
        }
        catch (IOException e)
        {
            session.Warning($"the picture of training pictures is missing: {e.Message} Training goes on.");
        }
        string sizes = string.Join(", ", pictures
            .CountBy(picture => (picture.Width, picture.Height))
            .OrderByDescending(size => size.Value)
            .Select(size => $"{size.Key.Width}×{size.Key.Height}{(size.Value == pictures.Count ? "" : $" ({size.Value})")}"));
        return $"The first {pictures.Count}, as they came: {sizes} pixels. The networks get them as {column.Width}×{column.Height}, {(column.Channels == 1 ? "grey" : "in colour")}.";
    }
}
