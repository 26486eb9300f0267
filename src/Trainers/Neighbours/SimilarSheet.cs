using MLNetGen.Classification;

namespace MLNetGen.Neighbours;

/// <summary>A row a query: the query, a gap, its neighbours.</summary>
internal static class SimilarSheet
{
    private const int Cell = 128, Gap = 8, Caption = 16, Apart = 28;

    private static readonly (byte R, byte G, byte B) Soft = (91, 100, 114), Line = (210, 214, 221);

    public static Picture Draw(IReadOnlyList<(Picture Query, string Name, IReadOnlyList<(Picture Picture, string Name)> Neighbours)> rows)
    {
        int columns = rows.Max(row => row.Neighbours.Count), rowHeight = Cell + Caption + Gap;
        int width = Gap + Cell + Apart + (columns * (Cell + Gap)), height = Gap + (rows.Count * rowHeight);
        if (width > PictureGrid.MaximumSide || height > PictureGrid.MaximumSide)
            throw new ArgumentException($"a sheet of {rows.Count} pictures and {columns} neighbours each would be {width}×{height} pixels; the longest side may have {PictureGrid.MaximumSide}: take fewer.");
        Picture sheet = Canvas.Blank(width, height);
        Canvas.Fill(sheet, Gap + Cell + (Apart / 2), Gap, 1, height - (2 * Gap), Line);
        for (int row = 0; row < rows.Count; row++)
        {
            int top = Gap + (row * rowHeight);
            DrawCell(sheet, rows[row].Query, rows[row].Name, Gap, top);
            for (int i = 0; i < rows[row].Neighbours.Count; i++)
                DrawCell(sheet, rows[row].Neighbours[i].Picture, rows[row].Neighbours[i].Name, Gap + Cell + Apart + (i * (Cell + Gap)), top);
        }
        return sheet;
    }

    private static void DrawCell(Picture sheet, Picture picture, string name, int left, int top)
    {
        PictureGrid.Fit(PictureShrink.ToFit(picture, Cell, Cell), sheet, left, top, Cell, Cell);
        string caption = Canvas.Shorten(name, Cell, 1);
        BitmapFont.Draw(sheet, caption, left + ((Cell - BitmapFont.WidthOf(caption)) / 2), top + Cell + 4, Soft);
    }
}
