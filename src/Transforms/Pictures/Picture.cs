using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetGen;

/// <summary>A picture as plain bytes: rows from the top, pixels from the left, channels together.</summary>
public sealed class Picture
{
    /// <summary>What an array of four bytes a pixel can hold, which images and files of pictures are made of.</summary>
    internal static readonly long MaxPixels = Array.MaxLength / 4;

    /// <summary>Wraps the bytes of a picture; they are not copied.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <param name="pixels">[height, width, channels], 0 to 255.</param>
    /// <exception cref="ArgumentException">The sizes and the number of bytes do not agree.</exception>
    public Picture(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "A picture has 1 channel (grey) or 3 (red, green, blue)");
        if (pixels.LongLength != (long)width * height * channels)
            throw new ArgumentException(
                $"A picture of {width}×{height} with {channels} channels has {(long)width * height * channels} bytes, not {pixels.LongLength}", nameof(pixels));
        Width = width;
        Height = height;
        Channels = channels;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>[height, width, channels], 0 to 255.</summary>
    public byte[] Pixels { get; }

    /// <summary>Copies an ML.NET image into red, green, blue; what is transparent lies on white.</summary>
    /// <param name="image">The image; it stays the caller's.</param>
    public static Picture FromImage(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        (int red, int blue) = image.PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        return FromPixels(image.Width, image.Height, image.Pixels, red, blue);
    }

    /// <summary>Copies pixels of four bytes, multiplied by alpha, the last of them; what is transparent lies on white.</summary>
    internal static Picture FromPixels(int width, int height, ReadOnlySpan<byte> source, int red, int blue)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int from = 0, to = 0; to < pixels.Length; from += 4, to += 3)
        {
            int white = 255 - source[from + 3];
            pixels[to] = OnWhite.Add(source[from + red], white);
            pixels[to + 1] = OnWhite.Add(source[from + 1], white);
            pixels[to + 2] = OnWhite.Add(source[from + blue], white);
        }
        return new Picture(width, height, 3, pixels);
    }

    /// <summary>Copies the picture into an opaque ML.NET image, which the caller disposes.</summary>
    /// <exception cref="InvalidOperationException">The image would have more bytes than an array holds.</exception>
    public MLImage ToImage()
    {
        if ((long)Width * Height > MaxPixels)
            throw new InvalidOperationException($"a picture of {Width}×{Height} is too large for an image, which has four bytes a pixel: at most {MaxPixels:N0} pixels fit");
        return MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, ToBgra());
    }

    /// <summary>Blue, green, red and an alpha of 255 for each pixel.</summary>
    internal byte[] ToBgra()
    {
        byte[] bgra = new byte[Width * Height * 4];
        (int green, int blue) = Channels == 1 ? (0, 0) : (1, 2);
        for (int from = 0, to = 0; to < bgra.Length; from += Channels, to += 4)
        {
            bgra[to] = Pixels[from + blue];
            bgra[to + 1] = Pixels[from + green];
            bgra[to + 2] = Pixels[from];
            bgra[to + 3] = 255;
        }
        return bgra;
    }

    /// <summary>The picture as a PNG file's bytes.</summary>
    /// <exception cref="InvalidOperationException">The picture has more bytes than an array holds.</exception>
    public byte[] ToPng()
    {
        if ((long)Width * Height > MaxPixels)
            throw new InvalidOperationException($"a picture of {Width}×{Height} is too large for a file: at most {MaxPixels:N0} pixels fit");
        using SKImage image = SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Bgra8888, SKAlphaType.Opaque), ToBgra());
        using SKData file = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return file.ToArray();
    }

    /// <summary>Writes the picture as PNG, whole or not at all.</summary>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made.</param>
    /// <exception cref="ArgumentException">The name does not end in .png.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' must end in .png: pictures are written as PNG", nameof(path));
        using var image = ToImage();
        SafeFile.Write(path, image.Save);
    }
}

/// <summary>Composes transparent pictures on a white background.</summary>
internal static class OnWhite
{
    /// <summary>Makes pixels of four bytes opaque, in place; the last byte of each is its alpha.</summary>
    public static void Compose(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i + 3] == 255)
                continue;
            var white = 255 - pixels[i + 3];
            pixels[i] = Add(pixels[i], white);
            pixels[i + 1] = Add(pixels[i + 1], white);
            pixels[i + 2] = Add(pixels[i + 2], white);
            pixels[i + 3] = 255;
        }
    }

    // ML.NET's images hold colours already multiplied by alpha, so that what is missing to full cover is white.
    public static byte Add(byte premultiplied, int white) => (byte)Math.Min(255, premultiplied + white);
}
