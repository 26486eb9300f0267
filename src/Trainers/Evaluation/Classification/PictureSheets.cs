using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Classification;

/// <summary>Pictures over bars of their likeliest classes.</summary>
internal static class PredictionSheet
{
    private const int Cell = 192, Gap = 16, BarHeight = 18, BarGap = 3, Inset = 5;

    private static readonly (byte R, byte G, byte B) Ink = (27, 32, 40), Track = (238, 240, 243), Best = (146, 190, 240), Other = (205, 216, 230);

    public static Picture Draw(IReadOnlyList<Picture> pictures, IReadOnlyList<PicturePrediction> predictions, int columns)
    {
        if (pictures.Count == 0)
            throw new ArgumentException("there are no pictures to draw.", nameof(pictures));
        columns = Math.Min(columns, pictures.Count);
        int bars = predictions.Max(one => one.Top.Count);
        int cellHeight = Cell + BarHeight + (bars * (BarHeight + BarGap)), rows = (pictures.Count + columns - 1) / columns;
        long width = Gap + (columns * (long)(Cell + Gap)), height = Gap + (rows * (long)(cellHeight + Gap));
        using Canvas sheet = Canvas.Sheet(width, height);
        for (int i = 0; i < pictures.Count; i++)
            DrawCell(sheet, pictures[i], predictions[i], Gap + (i % columns * (Cell + Gap)), Gap + (i / columns * (cellHeight + Gap)));
        return sheet.ToPicture();
    }

    private static void DrawCell(Canvas sheet, Picture picture, PicturePrediction prediction, int left, int top)
    {
        sheet.Cell(picture, left, top, Cell, prediction.Top.Count == 0 ? "scores are not numbers" : prediction.Path is { } path ? Path.GetFileName(path) : $"row {prediction.Row}");
        top += Cell + BarHeight;
        for (int i = 0; i < prediction.Top.Count; i++, top += BarHeight + BarGap)
        {
            ClassProbability one = prediction.Top[i];
            sheet.Fill(left, top, Cell, BarHeight, Track);
            sheet.Fill(left, top, (int)Math.Round(Cell * Math.Clamp(one.Probability, 0, 1)), BarHeight, i == 0 ? Best : Other);
            string share = Percent.Of(one.Probability);
            double room = Cell - (3 * Inset) - Canvas.WidthOf(share), text = top + ((BarHeight - Canvas.CapitalsOf(Canvas.SmallText)) / 2);
            sheet.Text(share, left + Cell - Inset, text, Ink, anchor: 1);
            sheet.Text(Canvas.Shorten(one.Name, room), left + Inset, text, Ink);
        }
    }
}

/// <summary>Pictures over what they were taken for, how surely, and what they are.</summary>
internal static class WorstSheet
{
    private const int Cell = 128, Gap = 14, Columns = 6;

    public static Picture Draw(IReadOnlyList<Picture> pictures, IReadOnlyList<ScoredPicture> rows)
    {
        int columns = Math.Min(Columns, pictures.Count), height = Cell + (2 * Canvas.LineHeight) + Gap;
        using Canvas sheet = Canvas.Sheet(Gap + (columns * (long)(Cell + Gap)), Gap + ((pictures.Count + columns - 1) / columns * (long)height));
        for (int i = 0; i < pictures.Count; i++)
            sheet.Cell(pictures[i], Gap + (i % columns * (Cell + Gap)), Gap + (i / columns * height), Cell, $"{rows[i].Predicted} {Percent.Of(rows[i].PredictedProbability, 0)}", $"label: {rows[i].Label}");
        return sheet.ToPicture();
    }
}

/// <summary>A few rows' pictures: no other row's is decoded.</summary>
internal static class ChosenPictures
{
    // A sheet's cell is no larger, and thousands of large photos would fill the memory.
    private const int MaxSide = 512;

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
                : PictureShrink.ToFit(Picture.FromImage(image), MaxSide, MaxSide);
        }
        return [.. rows.Select(row => found.TryGetValue(row, out Picture? picture) ? picture : throw new InvalidDataException($"there is no row {row} in column '{imageColumnName}': does the view give the same rows each time?"))];
    }
}
