namespace MLNetGen;

/// <summary>A sheet of pictures with a line of text under each, such as "Step: 100".</summary>
public static class ContactSheet
{
    private const int Gap = 12, CaptionHeight = 24, MinimumCellSize = 96;

    private static readonly (byte, byte, byte) Ink = (48, 48, 48);

    /// <summary>Draws the pictures in rows from the top left, each over its caption, and writes the sheet as PNG.</summary>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <param name="pictures">At least one, each with its caption: one line of text. Where it is wider than the cell it becomes two at its first \n, if it has one, which else is a space; what is still wider is cut off.</param>
    /// <param name="columns">Pictures a row, at least 1.</param>
    /// <param name="cellSize">
    /// The longest side of a cell, at least 1. The first picture, made smaller by averaging pixels or larger by whole
    /// factors, gives the cells' size; others are fitted into it. Where the sheet would be longer than <see cref="PictureGrid.MaximumSide"/>, cells are smaller, and captions too
    /// where that is not enough.
    /// </param>
    /// <exception cref="ArgumentException">There are no pictures, or a value is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<(Picture Picture, string Caption)> pictures, int columns = 5, int cellSize = 256) =>
        Draw(pictures, columns, cellSize).Save(path);

    /// <summary>Draws the pictures in rows from the top left, each over its caption.</summary>
    /// <param name="pictures">As for <see cref="Save"/>.</param>
    /// <param name="columns">As for <see cref="Save"/>.</param>
    /// <param name="cellSize">As for <see cref="Save"/>.</param>
    /// <returns>The sheet, in colour, dark text on white.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Save"/>.</exception>
    public static Picture Draw(IReadOnlyList<(Picture Picture, string Caption)> pictures, int columns = 5, int cellSize = 256)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSize, 1);
        if (pictures.Count == 0)
            throw new ArgumentException("There are no pictures to draw", nameof(pictures));

        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var (cellWidth, cellHeight) = CellOf(pictures[0].Picture, cellSize);
        int roomAcross = (PictureGrid.MaximumSide - Gap) / columns - Gap, roomDown = (PictureGrid.MaximumSide - Gap) / rows - Gap - CaptionHeight;
        if (roomAcross > 0 && cellWidth > roomAcross)
            (cellWidth, cellHeight) = (roomAcross, Math.Max(1, (int)((long)cellHeight * roomAcross / cellWidth)));
        if (roomDown > 0 && cellHeight > roomDown)
            (cellWidth, cellHeight) = (Math.Max(1, (int)((long)cellWidth * roomDown / cellHeight)), roomDown);

        using Canvas sheet = Canvas.Sheet(Gap + columns * ((long)cellWidth + Gap), Gap + rows * ((long)cellHeight + CaptionHeight + Gap));
        for (var i = 0; i < pictures.Count; i++)
        {
            var (picture, caption) = pictures[i];
            var left = Gap + i % columns * (cellWidth + Gap);
            var top = Gap + i / columns * (cellHeight + CaptionHeight + Gap);
            sheet.Place(PictureShrink.ToFit(picture, cellWidth, cellHeight), left, top, cellWidth, cellHeight);
            DrawCaption(sheet, caption, left, top + cellHeight, cellWidth);
        }
        return sheet.ToPicture();
    }

    private static (int Width, int Height) CellOf(Picture first, int cellSize)
    {
        var small = PictureShrink.ToFit(first, cellSize, cellSize);
        var longer = Math.Max(small.Width, small.Height);
        var factor = Math.Max(1, Math.Min((MinimumCellSize + longer - 1) / longer, cellSize / longer));
        return (small.Width * factor, small.Height * factor);
    }

    // In the middle under its picture, as large as there is room for.
    private static void DrawCaption(Canvas sheet, string caption, int left, int top, int width)
    {
        string line = caption.Replace('\n', ' ');
        int size = Canvas.WidthOf(line, Canvas.LargeText) <= width ? Canvas.LargeText : Canvas.SmallText;
        string[] lines = Canvas.WidthOf(line, size) <= width ? [line] : caption.Split('\n', 2);
        double first = (CaptionHeight - Canvas.CapitalsOf(size) - (lines.Length - 1) * Canvas.LineHeight) / 2.0;
        foreach ((int i, string part) in lines.Index())
            sheet.Text(Canvas.Shorten(part, width, size), left + width / 2.0, top + first + i * Canvas.LineHeight, Ink, anchor: 0.5, size);
    }
}
