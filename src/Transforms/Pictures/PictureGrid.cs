namespace MLNetGen;

/// <summary>Contact sheets: many pictures side by side in one.</summary>
public static class PictureGrid
{
    /// <summary>Cells are enlarged by whole factors until they are at least this many pixels high and wide.</summary>
    public const int MinimumCellSize = 56;

    /// <summary>The longest side that a sheet may have, in pixels.</summary>
    public const int MaximumSide = 16_384;

    private const byte Background = 64;

    /// <summary>Draws the pictures in rows from the top left and writes the sheet as PNG.</summary>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <param name="pictures">At least one. The first gives the cells' size; others of another size are fitted into it, keeping their proportions.</param>
    /// <param name="columns">Pictures a row, at least 1.</param>
    /// <param name="scale">
    /// How many times each pixel is repeated, at least 1; null picks the smallest that makes cells <see cref="MinimumCellSize"/>, and makes cells smaller, in their proportions, where
    /// the sheet would be longer than <see cref="MaximumSide"/>.
    /// </param>
    /// <param name="gap">Dark pixels around each picture, at least 0; none where no cell would have room beside them and <paramref name="scale"/> is null.</param>
    /// <exception cref="ArgumentException">
    /// There are no pictures, or a value is out of range, or the sheet would be longer than <see cref="MaximumSide"/> at this <paramref name="scale"/>, or has more rows or columns than that.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<Picture> pictures, int columns = 8, int? scale = null, int gap = 2) =>
        Draw(pictures, columns, scale, gap).Save(path);

    /// <summary>Draws the pictures in rows from the top left.</summary>
    /// <param name="pictures">As for <see cref="Save"/>.</param>
    /// <param name="columns">As for <see cref="Save"/>.</param>
    /// <param name="scale">As for <see cref="Save"/>.</param>
    /// <param name="gap">As for <see cref="Save"/>.</param>
    /// <returns>The sheet, in colour. Cell (row, column) begins at gap + (side + gap) · index, side = scale · the first picture's, or as much of it as fits.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Save"/>.</exception>
    public static Picture Draw(IReadOnlyList<Picture> pictures, int columns = 8, int? scale = null, int gap = 2)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale ?? 1, 1, nameof(scale));
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (pictures.Count == 0)
            throw new ArgumentException("There are no pictures to draw", nameof(pictures));

        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var factor = scale ?? AutomaticScale(pictures[0]);
        long cellWidth = (long)pictures[0].Width * factor, cellHeight = (long)pictures[0].Height * factor;
        if (scale is null && Math.Min(Room(columns, gap), Room(rows, gap)) < 1)
            gap = 0;
        var ratio = Math.Min(Room(columns, gap) / cellWidth, Room(rows, gap) / cellHeight);
        var isShrunk = scale is null && ratio is > 0 and < 1;
        if (isShrunk)
            (cellWidth, cellHeight) = (Math.Max(1, (long)Math.Round(cellWidth * ratio)), Math.Max(1, (long)Math.Round(cellHeight * ratio)));
        long width = gap + columns * (cellWidth + gap), height = gap + rows * (cellHeight + gap);
        if (width > MaximumSide || height > MaximumSide)
            throw new ArgumentException(
                $"A sheet of {pictures.Count} pictures in {columns} columns would be {width}×{height} pixels; " +
                $"the longest side may have {MaximumSide}. Take fewer pictures (ml.Data.TakeRows), a smaller scale or other columns", nameof(pictures));

        var sheet = new Picture((int)width, (int)height, 3, new byte[width * height * 3]);
        Array.Fill(sheet.Pixels, Background);
        for (var i = 0; i < pictures.Count; i++)
        {
            var left = gap + i % columns * ((int)cellWidth + gap);
            var top = gap + i / columns * ((int)cellHeight + gap);
            var picture = isShrunk ? PictureShrink.ToFit(pictures[i], (int)cellWidth, (int)cellHeight) : pictures[i];
            Fit(picture, sheet, left, top, (int)cellWidth, (int)cellHeight);
        }
        return sheet;
    }

    // How long a cell may be, of so many in a line.
    private static double Room(int cells, int gap) => Math.Floor((double)(MaximumSide - gap) / cells) - gap;

    private static int AutomaticScale(Picture first)
    {
        var shorter = Math.Min(first.Width, first.Height);
        return (MinimumCellSize + shorter - 1) / shorter;
    }

    // As large as the cell allows, in its middle; each pixel is the source's nearest.
    internal static void Fit(Picture picture, Picture sheet, int left, int top, int cellWidth, int cellHeight)
    {
        (left, top, int width, int height) = FittedIn(picture, left, top, cellWidth, cellHeight);
        var (green, blue) = picture.Channels == 1 ? (0, 0) : (1, 2);
        for (var y = 0; y < height; y++)
        {
            var sourceRow = (int)((2L * y + 1) * picture.Height / (2L * height)) * picture.Width;
            var to = ((top + y) * sheet.Width + left) * 3;
            for (var x = 0; x < width; x++, to += 3)
            {
                var from = (sourceRow + (int)((2L * x + 1) * picture.Width / (2L * width))) * picture.Channels;
                sheet.Pixels[to] = picture.Pixels[from];
                sheet.Pixels[to + 1] = picture.Pixels[from + green];
                sheet.Pixels[to + 2] = picture.Pixels[from + blue];
            }
        }
    }

    /// <summary>The largest box of the picture's proportions in the middle of a cell.</summary>
    internal static (int Left, int Top, int Width, int Height) FittedIn(Picture picture, int left, int top, int cellWidth, int cellHeight)
    {
        var ratio = Math.Min((double)cellWidth / picture.Width, (double)cellHeight / picture.Height);
        var width = Math.Clamp((int)Math.Round(picture.Width * ratio), 1, cellWidth);
        var height = Math.Clamp((int)Math.Round(picture.Height * ratio), 1, cellHeight);
        return (left + (cellWidth - width) / 2, top + (cellHeight - height) / 2, width, height);
    }
}
