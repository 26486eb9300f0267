namespace MLNetGen.Classification;

/// <summary>Pictures over what they were taken for, how surely, and what they are.</summary>
internal static class WorstSheet
{
    private const int Cell = 128, Gap = 14, Columns = 6;

    public static Picture Draw(IReadOnlyList<Picture> pictures, IReadOnlyList<ScoredPicture> rows)
    {
        int columns = Math.Min(Columns, pictures.Count), height = Cell + (2 * Canvas.LineHeight) + Gap;
        Picture sheet = Canvas.Sheet(Gap + (columns * (long)(Cell + Gap)), Gap + ((pictures.Count + columns - 1) / columns * (long)height), $"{pictures.Count} pictures");
        for (int i = 0; i < pictures.Count; i++)
            Canvas.Cell(sheet, pictures[i], Gap + (i % columns * (Cell + Gap)), Gap + (i / columns * height), Cell, $"{rows[i].Predicted} {Percent.Of(rows[i].PredictedProbability, 0)}", $"label: {rows[i].Label}");
        return sheet;
    }
}
