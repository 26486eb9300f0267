namespace MLNetGen;

/// <summary>What the colour operations share.</summary>
internal static class PictureColors
{
    /// <summary>The picture in red, green, blue; the picture itself where it has them.</summary>
    public static Picture ToRgb(Picture picture)
    {
        if (picture.Channels == 3)
            return picture;
        var pixels = new byte[picture.Pixels.Length * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = picture.Pixels[i / 3];
        return new Picture(picture.Width, picture.Height, 3, pixels);
    }

    /// <summary>Brightness as television and JPEG have it (ITU-R BT.601): 0.299 R + 0.587 G + 0.114 B.</summary>
    public static double Luminance(byte red, byte green, byte blue) => 0.299 * red + 0.587 * green + 0.114 * blue;

    public static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    public static void RequireSameSize(Picture first, Picture second, string name)
    {
        if (first.Width != second.Width || first.Height != second.Height)
        {
            throw new ArgumentException(
                $"The pictures are {first.Width}×{first.Height} and {second.Width}×{second.Height}; they must have the same size", name);
        }
    }
}
