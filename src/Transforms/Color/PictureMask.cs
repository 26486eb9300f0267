namespace MLNetGen;

/// <summary>Two pictures in one, where a mask says which.</summary>
public static class PictureMask
{
    /// <summary>Blends two pictures by a mask: black shows the first, white the second, grey both in proportion.</summary>
    /// <param name="first">Shown where the mask is black, such as the photograph.</param>
    /// <param name="second">Shown where it is white, such as the stylised picture; of the same size.</param>
    /// <param name="mask">Grey, or in colour, whose brightness then counts. One of another size is stretched to the pictures', smoothly.</param>
    /// <returns>A new picture of the two's size, in red, green, blue.</returns>
    /// <exception cref="ArgumentException">The two pictures differ in size.</exception>
    public static Picture Blend(Picture first, Picture second, Picture mask)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(mask);
        PictureColors.RequireSameSize(first, second, nameof(second));
        var (below, above) = (PictureColors.ToRgb(first).Pixels, PictureColors.ToRgb(second).Pixels);
        var share = PictureResize.To(Grey(mask), first.Width, first.Height).Pixels;
        var pixels = new byte[below.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((below[i] * (255 - share[i / 3]) + above[i] * share[i / 3] + 127) / 255);
        return new Picture(first.Width, first.Height, 3, pixels);
    }

    private static Picture Grey(Picture mask)
    {
        if (mask.Channels == 1)
            return mask;
        var grey = new byte[mask.Width * mask.Height];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = PictureColors.ToByte(PictureColors.Luminance(mask.Pixels[3 * i], mask.Pixels[3 * i + 1], mask.Pixels[3 * i + 2]));
        return new Picture(mask.Width, mask.Height, 1, grey);
    }
}
