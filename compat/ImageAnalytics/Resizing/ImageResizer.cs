using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging.Resizing;

/// <summary>
/// The resampling of SkiaSharp 2.88 (Skia m88, CPU), which is what ML.NET 5.0 draws with: Fill is nearest
/// neighbour; crop and pad draw at "high" quality, which means a Mitchell cubic when nothing shrinks and a
/// bilinear look-up in the nearest larger mipmap level when something does.
/// </summary>
internal static class ImageResizer
{
    public static PixelBuffer Resize(PixelBuffer source, int width, int height, ImageResizeMode mode) => mode switch
    {
        ImageResizeMode.Fill => Nearest.Resize(source, width, height),
        >= ImageResizeMode.Pad and <= ImageResizeMode.CropAnchorCentral => Draw(source, width, height, mode),
        _ => throw new ArgumentException("Invalid resize mode value.", nameof(mode)),
    };

    private static PixelBuffer Draw(PixelBuffer source, int width, int height, ImageResizeMode mode)
    {
        // The destination begins as zeroes, its unused alpha bytes too.
        var destination = new PixelBuffer(width, height, MLPixelFormat.Bgra32, isOpaque: true);
        Placement place = Placement.Of(source.Width, source.Height, width, height, mode);
        if (place.Width <= 0 || place.Height <= 0)
            return destination;

        var across = Axis.Of(source.Width, place.X, place.Width, width);
        var down = Axis.Of(source.Height, place.Y, place.Height, height);
        PixelBuffer bgra = InBgra(source);
        if (!across.Scales && !down.Scales)
            Copy(bgra, destination, across, down);
        else if (across.Shrinks || down.Shrinks)
            DrawShrunk(bgra, destination, across, down);
        else
            Bicubic.Draw(bgra, destination, across, down);
        MakeOpaque(source, destination, across, down);
        return destination;
    }

    private static void DrawShrunk(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        PixelBuffer level = Mipmap.LevelFor(source, across.Step, down.Step);
        if (level != source)
        {
            across = across.At(level.Width, source.Width);
            down = down.At(level.Height, source.Height);
        }
        Bilinear.Draw(level, destination, across, down);
    }

    private static void Copy(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        for (int y = down.From; y < down.To; y++)
        {
            int row = y - down.Offset;
            source.Bytes.AsSpan((row * source.Stride) + ((across.From - across.Offset) * 4), (across.To - across.From) * 4)
                .CopyTo(destination.Bytes.AsSpan((y * destination.Stride) + (across.From * 4)));
        }
    }

    // Drawn over black: the colours stay as premultiplied, and alpha becomes 255 wherever the image covers.
    private static void MakeOpaque(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        if (source.IsOpaque && source.Bytes.Length > 3 && source.Bytes[3] == 255)
            return;
        for (int y = down.From; y < down.To; y++)
        {
            for (int x = across.From; x < across.To; x++)
                destination.Bytes[(y * destination.Stride) + (x * 4) + 3] = 255;
        }
    }

    private static PixelBuffer InBgra(PixelBuffer source)
    {
        if (source.Format == MLPixelFormat.Bgra32)
            return source;
        var bytes = (byte[])source.Bytes.Clone();
        for (int i = 0; i < bytes.Length; i += 4)
            (bytes[i], bytes[i + 2]) = (bytes[i + 2], bytes[i]);
        return new PixelBuffer(source.Width, source.Height, MLPixelFormat.Bgra32, source.IsOpaque, bytes);
    }
}
