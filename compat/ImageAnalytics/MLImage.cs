using Microsoft.ML.Imaging;
using Microsoft.ML.Imaging.Codecs;
using Microsoft.ML.Imaging.Resizing;

namespace Microsoft.ML.Data;

/// <summary>An image of 8-bit premultiplied BGRA or RGBA pixels.</summary>
public sealed class MLImage : IDisposable
{
    private PixelBuffer pixels;
    private string tag;

    private MLImage(PixelBuffer pixels) => this.pixels = pixels;

    public int Width => Buffer.Width;

    public int Height => Buffer.Height;

    public MLPixelFormat PixelFormat => Buffer.Format;

    public int BitsPerPixel => Buffer is null ? 0 : 32;

    public ReadOnlySpan<byte> Pixels => Buffer.Bytes;

    public string Tag
    {
        get => Buffer is null ? null : tag;
        set
        {
            _ = Buffer;
            tag = value;
        }
    }

    /// <summary>Blue, green, red of every pixel, with the multiplication by alpha undone.</summary>
#pragma warning disable CA1819 // The real property returns a fresh array too.
    public byte[] GetBGRPixels
#pragma warning restore CA1819
    {
        get
        {
            PixelBuffer pixels = Buffer;
            var result = new byte[pixels.Width * pixels.Height * 3];
            for (int from = 0, to = 0; to < result.Length; from += 4, to += 3)
            {
                int alpha = pixels.IsOpaque ? 255 : pixels.Bytes[from + 3];
                result[to] = PixelBuffer.Unpremultiply(pixels.Bytes[from + pixels.BlueIndex], alpha);
                result[to + 1] = PixelBuffer.Unpremultiply(pixels.Bytes[from + 1], alpha);
                result[to + 2] = PixelBuffer.Unpremultiply(pixels.Bytes[from + pixels.RedIndex], alpha);
            }
            return result;
        }
    }

    internal bool IsOpaque => Buffer.IsOpaque;

    private PixelBuffer Buffer => pixels ?? throw new InvalidOperationException("Object is disposed.");

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        return ImageDecoder.TryDecode(ReadAll(imageStream)) is { } pixels
            ? new MLImage(pixels)
            : throw new ArgumentException("Invalid input stream contents", nameof(imageStream));
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        return File.Exists(imagePath) && ImageDecoder.TryDecode(File.ReadAllBytes(imagePath)) is { } pixels
            ? new MLImage(pixels)
            : throw new ArgumentException("Invalid path", nameof(imagePath));
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat != MLPixelFormat.Bgra32 && pixelFormat != MLPixelFormat.Rgba32)
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        if (width <= 0)
            throw new ArgumentException("Invalid width value.", nameof(width));
        if (height <= 0)
            throw new ArgumentException("Invalid height value.", nameof(height));
        if (imagePixelData.Length != (long)width * height * 4)
            throw new ArgumentException($"Invalid {nameof(imagePixelData)} buffer size.");
        return new MLImage(new PixelBuffer(width, height, pixelFormat, isOpaque: false, imagePixelData.ToArray()));
    }

    public void Save(string imagePath)
    {
        PixelBuffer pixels = Buffer;
        byte[] encoded = ImageEncoder.Encode(pixels, Path.GetExtension(imagePath), nameof(imagePath));
        File.WriteAllBytes(imagePath, encoded);
    }

    public void Dispose() => pixels = null;

    internal MLImage CloneWithResizing(int width, int height, ImageResizeMode mode) =>
        new(ImageResizer.Resize(Buffer, width, height, mode));

    internal MLImage CloneWithGrayscale() => new(Grayscale.Convert(Buffer));

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
