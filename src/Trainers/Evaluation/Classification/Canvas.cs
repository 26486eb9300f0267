namespace MLNetGen.Classification;

/// <summary>Drawing on a picture of three channels.</summary>
internal static class Canvas
{
    /// <summary>Height of a caption's line.</summary>
    public const int LineHeight = 12;

    private const string Cut = "..";

    private static readonly (byte R, byte G, byte B) Ink = (27, 32, 40), Soft = (91, 100, 114);

    /// <summary>A white picture.</summary>
    public static Picture Blank(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)255);
        return new(width, height, 3, pixels);
    }

    public static void Fill(Picture picture, int left, int top, int width, int height, (byte R, byte G, byte B) colour)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                int at = ((y * picture.Width) + x) * 3;
                (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]) = colour;
            }
        }
    }

    /// <summary>A picture as large as the square cell allows, and lines of text in the middle below it, the first the darkest.</summary>
    public static void Cell(Picture sheet, Picture picture, int left, int top, int size, params ReadOnlySpan<string> lines)
    {
        PictureGrid.Fit(PictureShrink.ToFit(picture, size, size), sheet, left, top, size, size);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = Shorten(lines[i], size, 1);
            BitmapFont.Draw(sheet, line, left + ((size - BitmapFont.WidthOf(line)) / 2), top + size + 4 + (i * LineHeight), i == 0 ? Ink : Soft);
        }
    }

    /// <summary>A blank sheet of so many cells, or a refusal where it would be too large.</summary>
    /// <exception cref="ArgumentException">A side would be longer than a sheet may be.</exception>
    public static Picture Sheet(long width, long height, string what) => width <= PictureGrid.MaximumSide && height <= PictureGrid.MaximumSide ? Blank((int)width, (int)height)
        : throw new ArgumentException($"a sheet of {what} would be {width}×{height} pixels; the longest side may have {PictureGrid.MaximumSide}: take fewer.");

    /// <summary>The text, its end cut off where it is wider than the room.</summary>
    public static string Shorten(string text, int width, int scale)
    {
        if (BitmapFont.WidthOf(text, scale) <= width)
            return text;
        while (text.Length > 1 && BitmapFont.WidthOf(text + Cut, scale) > width)
            text = text[..^1];
        return text + Cut;
    }
}
