namespace MLNetGen.Classification;

/// <summary>Drawing on a picture of three channels.</summary>
internal static class Canvas
{
    private const string Cut = "..";

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

    /// <summary>Copies a picture of three channels, all of which must fit.</summary>
    public static void Paste(Picture picture, Picture onto, int left, int top)
    {
        for (int y = 0; y < picture.Height; y++)
            Array.Copy(picture.Pixels, y * picture.Width * 3, onto.Pixels, (((top + y) * onto.Width) + left) * 3, picture.Width * 3);
    }

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
