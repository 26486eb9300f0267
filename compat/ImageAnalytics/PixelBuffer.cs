using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging;

/// <summary>Decoded pixels, four bytes each, colours premultiplied by alpha unless <see cref="IsOpaque"/>.</summary>
/// <remarks>The fourth byte of an opaque buffer means nothing, as in Skia's opaque bitmaps: padding leaves it 0.</remarks>
internal sealed class PixelBuffer
{
    public PixelBuffer(int width, int height, MLPixelFormat format, bool isOpaque)
        : this(width, height, format, isOpaque, new byte[ByteCount(width, height)])
    {
    }

    public PixelBuffer(int width, int height, MLPixelFormat format, bool isOpaque, byte[] bytes)
    {
        Width = width;
        Height = height;
        Format = format;
        IsOpaque = isOpaque;
        Bytes = bytes;
    }

    public int Width { get; }

    public int Height { get; }

    public MLPixelFormat Format { get; }

    public bool IsOpaque { get; }

    public byte[] Bytes { get; }

    public int Stride => Width * 4;

    public int BlueIndex => Format == MLPixelFormat.Bgra32 ? 0 : 2;

    public int RedIndex => 2 - BlueIndex;

    /// <summary>Whether an image of this size can be held at all.</summary>
    public static bool Fits(long width, long height) =>
        width > 0 && height > 0 && width <= int.MaxValue / 4 && height <= int.MaxValue / (width * 4);

    public static byte Premultiply(int colour, int alpha)
    {
        // Rounded colour * alpha / 255, without the division.
        int product = (colour * alpha) + 128;
        return (byte)((product + (product >> 8)) >> 8);
    }

    public static byte Unpremultiply(int colour, int alpha) =>
        alpha == 0 ? (byte)0 : (byte)Math.Min(255, ((colour * 255) + (alpha / 2)) / alpha);

    private static int ByteCount(int width, int height) => checked(width * height * 4);
}
