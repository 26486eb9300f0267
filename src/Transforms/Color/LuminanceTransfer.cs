namespace MLNetGen;

/// <summary>Keeps a picture's colours when it is painted in a style.</summary>
/// <remarks>
/// The stylised picture gives the brightness Y of YIQ, the photograph its colour differences I and Q: Gatys, Bethge, Hertzmann,
/// Shechtman 2016, arXiv:1606.05897, section 4. With the same I and Q, the three channels differ from the photograph's by the same
/// amount. Where that leaves 0–255, colour is taken back towards grey just so far that it fits, rather than clipped, which would
/// change hue and brightness.
/// </remarks>
public static class LuminanceTransfer
{
    /// <summary>The brightness of one picture in the colours of another.</summary>
    /// <param name="brightness">The stylised picture, grey or in colour.</param>
    /// <param name="colors">The photograph it was made from, of the same size; a grey one gives a grey picture.</param>
    /// <returns>A new picture of that size, in red, green, blue.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    public static Picture Apply(Picture brightness, Picture colors)
    {
        ArgumentNullException.ThrowIfNull(brightness);
        ArgumentNullException.ThrowIfNull(colors);
        PictureColors.RequireSameSize(brightness, colors, nameof(colors));
        var bright = PictureColors.ToRgb(brightness).Pixels;
        var color = PictureColors.ToRgb(colors).Pixels;
        var pixels = new byte[bright.Length];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var y = PictureColors.Luminance(bright[i], bright[i + 1], bright[i + 2]);
            var grey = PictureColors.Luminance(color[i], color[i + 1], color[i + 2]);
            var share = 1.0;
            for (var c = 0; c < 3; c++)
                share = Math.Min(share, Fitting(y, color[i + c] - grey));
            for (var c = 0; c < 3; c++)
                pixels[i + c] = PictureColors.ToByte(y + share * (color[i + c] - grey));
        }
        return new Picture(brightness.Width, brightness.Height, 3, pixels);
    }

    // How much of a channel's difference from grey fits beside the brightness.
    private static double Fitting(double y, double difference) => difference switch
    {
        > 0 when y + difference > 255 => (255 - y) / difference,
        < 0 when y + difference < 0 => -y / difference,
        _ => 1,
    };
}
