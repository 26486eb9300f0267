namespace Microsoft.ML.Imaging.Resizing;

/// <summary>Where the whole source lands in the destination: ML.NET's own arithmetic, single precision and truncation included.</summary>
internal readonly record struct Placement(int X, int Y, int Width, int Height)
{
    public static Placement Of(int sourceWidth, int sourceHeight, int width, int height, ImageResizeMode mode)
    {
        float across = (float)width / sourceWidth;
        float down = (float)height / sourceHeight;
        bool narrower = down < across;
        float scale = mode == ImageResizeMode.Pad
            ? narrower ? down : across
            : narrower ? across : down;

        float spareWidth = width - (sourceWidth * scale);
        float spareHeight = height - (sourceHeight * scale);
        int x = 0;
        int y = 0;
        if (mode == ImageResizeMode.Pad)
        {
            if (narrower)
                x = (int)(spareWidth / 2);
            else
                y = (int)(spareHeight / 2);
        }
        else if (narrower)
        {
            y = mode switch
            {
                ImageResizeMode.CropAnchorTop => 0,
                ImageResizeMode.CropAnchorBottom => (int)spareHeight,
                _ => (int)(spareHeight / 2),
            };
        }
        else
        {
            x = mode switch
            {
                ImageResizeMode.CropAnchorLeft => 0,
                ImageResizeMode.CropAnchorRight => (int)spareWidth,
                _ => (int)(spareWidth / 2),
            };
        }
        return new Placement(x, y, (int)(sourceWidth * scale), (int)(sourceHeight * scale));
    }
}
