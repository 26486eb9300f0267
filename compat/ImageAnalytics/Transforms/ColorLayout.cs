namespace Microsoft.ML.Transforms.Image;

/// <summary>Which plane of a pixel vector each colour has, -1 for a colour that is not in it.</summary>
internal readonly record struct ColorLayout(int Alpha, int Red, int Green, int Blue, int Planes)
{
    public static ColorLayout Of(ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order)
    {
        int alpha = -1;
        int red = -1;
        int green = -1;
        int blue = -1;
        int planes = 0;
        // The enumeration's names are the orders.
        foreach (char color in order.ToString())
        {
            if (color == 'A' && colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Alpha))
                alpha = planes++;
            else if (color == 'R' && colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Red))
                red = planes++;
            else if (color == 'G' && colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Green))
                green = planes++;
            else if (color == 'B' && colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Blue))
                blue = planes++;
        }
        return new ColorLayout(alpha, red, green, blue, planes);
    }
}
