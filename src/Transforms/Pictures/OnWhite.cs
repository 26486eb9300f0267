using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Composes transparent pictures on a white background.</summary>
internal static class OnWhite
{
    /// <summary>
    /// An opaque image of the same size and format; <paramref name="image"/> itself where it is opaque already,
    /// otherwise <paramref name="image"/> is disposed.
    /// </summary>
    public static MLImage Compose(MLImage image)
    {
        var source = image.Pixels;
        if (IsOpaque(source))
            return image;
        var pixels = source.ToArray();
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var white = 255 - pixels[i + 3];
            pixels[i] = Add(pixels[i], white);
            pixels[i + 1] = Add(pixels[i + 1], white);
            pixels[i + 2] = Add(pixels[i + 2], white);
            pixels[i + 3] = 255;
        }
        var opaque = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, pixels);
        image.Dispose();
        return opaque;
    }

    // ML.NET's images hold colours already multiplied by alpha, so that what is missing to full cover is white.
    public static byte Add(byte premultiplied, int white) => (byte)Math.Min(255, premultiplied + white);

    private static bool IsOpaque(ReadOnlySpan<byte> pixels)
    {
        for (var i = 3; i < pixels.Length; i += 4)
            if (pixels[i] != 255)
                return false;
        return true;
    }
}
