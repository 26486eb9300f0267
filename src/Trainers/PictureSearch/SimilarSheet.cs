namespace MLNetGen.PictureSearch;

/// <summary>A row a query: the query, a gap, its neighbours.</summary>
internal static class SimilarSheet
{
    private const int Cell = 128, Gap = 8, Caption = 16, Apart = 28;

    private static readonly (byte R, byte G, byte B) Line = (210, 214, 221);

    public static Picture Draw(IReadOnlyList<(Picture Query, string Name, IReadOnlyList<(Picture Picture, string Name)> Neighbours)> rows)
    {
        int columns = rows.Max(row => row.Neighbours.Count), rowHeight = Cell + Caption + Gap;
        int width = Gap + Cell + Apart + (columns * (Cell + Gap)), height = Gap + (rows.Count * rowHeight);
        using Canvas sheet = Canvas.Sheet(width, height);
        sheet.Fill(Gap + Cell + (Apart / 2), Gap, 1, height - (2 * Gap), Line);
        for (int row = 0; row < rows.Count; row++)
        {
            int top = Gap + (row * rowHeight);
            sheet.Cell(rows[row].Query, Gap, top, Cell, rows[row].Name);
            for (int i = 0; i < rows[row].Neighbours.Count; i++)
                sheet.Cell(rows[row].Neighbours[i].Picture, Gap + Cell + Apart + (i * (Cell + Gap)), top, Cell, rows[row].Neighbours[i].Name);
        }
        return sheet.ToPicture();
    }
}
