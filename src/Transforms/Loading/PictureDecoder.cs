using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetGen;

/// <summary>
/// The one place where files become pixels: transparency lies on white, and a picture is turned as its metadata says (EXIF orientation in JPEG, PNG and WebP).
/// Of an animation, the first frame.
/// </summary>
internal static class PictureDecoder
{
    // Below a decoded size of 64 MiB pictures are tried beside each other.
    private const int LargePixels = 1 << 24;

    private static readonly Lock OneLargeAtATime = new();

    /// <summary>Decodes and throws the pixels away, at an eighth of the size where the format's decoder can: the compressed data is gone through whole all the same.</summary>
    /// <returns>The size after turning, or why it cannot be decoded.</returns>
    public static PictureCheck Try(ReadOnlySpan<byte> bytes, long maximumPixels)
    {
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
            return PictureCheck.Bad(Unknown);
        if (PictureFile.WrongSize(codec.Info.Width, codec.Info.Height, maximumPixels) is { } problem)
            return PictureCheck.Bad(problem);
        SKSizeI size = codec.GetScaledDimensions(1 / 8f);
        SKCodecResult result = (long)size.Width * size.Height < LargePixels ? TryPixels(codec, size) : Alone(codec, size);
        (int width, int height) = Turned(Origin(codec, bytes), codec.Info.Width, codec.Info.Height);
        return result == SKCodecResult.Success ? new PictureCheck(width, height, null) { IsGrey = codec.Info.ColorType == SKColorType.Gray8 } : PictureCheck.Bad(Problem(result));
    }

    /// <summary>An opaque image, which the caller disposes.</summary>
    /// <exception cref="InvalidDataException">It cannot be decoded, or is too large.</exception>
    public static MLImage Decode(ReadOnlySpan<byte> bytes, long maximumPixels)
    {
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidDataException(Unknown);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if (PictureFile.WrongSize(width, height, maximumPixels) is { } problem)
            throw new InvalidDataException(problem);
        byte[] pixels = new byte[(long)width * height * 4];
        if (Pixels(codec, width, height, pixels) is var result and not SKCodecResult.Success)
            throw new InvalidDataException(Problem(result));
        OnWhite.Compose(pixels);
        SKEncodedOrigin origin = Origin(codec, bytes);
        if (origin is not (SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default))
            pixels = Turn(origin, width, height, pixels);
        (width, height) = Turned(origin, width, height);
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    /// <summary>A JPEG picture as it is stored, not turned, at the smallest eighth of its size whose shorter side has so many pixels; null where it is no JPEG.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="smallestSide">In pixels; at more than the picture has, it is decoded whole.</param>
    /// <exception cref="InvalidDataException">It cannot be decoded.</exception>
    public static MLImage? DecodeScaledJpeg(ReadOnlySpan<byte> bytes, int smallestSide)
    {
        const int Parts = 8;
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat != SKEncodedImageFormat.Jpeg)
            return null;
        int part = 1;
        SKSizeI size = codec.GetScaledDimensions((float)part / Parts);
        while (part < Parts && Math.Min(size.Width, size.Height) < smallestSide) size = codec.GetScaledDimensions((float)++part / Parts);
        byte[] pixels = new byte[(long)size.Width * size.Height * 4];
        return Pixels(codec, size.Width, size.Height, pixels) is var result and not SKCodecResult.Success ? throw new InvalidDataException(Problem(result))
            : MLImage.CreateFromPixels(size.Width, size.Height, MLPixelFormat.Bgra32, pixels);
    }

    private const string Unknown = "cannot be decoded: its header is damaged, or it is of a kind that the decoder does not know";

    private static string Problem(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "cannot be decoded: its compressed data ends before the last row",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "cannot be decoded: its compressed data is damaged",
        _ => $"cannot be decoded ({result})",
    };

    private static SKCodecResult Alone(SKCodec codec, SKSizeI size)
    {
        lock (OneLargeAtATime) return TryPixels(codec, size);
    }

    private static SKCodecResult TryPixels(SKCodec codec, SKSizeI size)
    {
        byte[] pixels = ArrayPool<byte>.Shared.Rent(size.Width * size.Height * 4);
        SKCodecResult result = Pixels(codec, size.Width, size.Height, pixels);
        ArrayPool<byte>.Shared.Return(pixels);
        return result;
    }

    // No colour space is named, so that numbers are as they are in the file.
    private static SKCodecResult Pixels(SKCodec codec, int width, int height, byte[] pixels)
    {
        SKAlphaType alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            return codec.GetPixels(new SKImageInfo(width, height, SKColorType.Bgra8888, alpha), pinned.AddrOfPinnedObject());
        }
        finally
        {
            pinned.Free();
        }
    }

    // SKCodec reads the orientation of JPEG, and of WebP where no JPEG's signature stands before it.
    private static SKEncodedOrigin Origin(SKCodec codec, ReadOnlySpan<byte> bytes) => codec.EncodedOrigin is var origin and not (SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default) ? origin
        : PngStructure.Begins(bytes) ? ExifOrientation.Read(PngStructure.Exif(bytes))
        : WebpStructure.Begins(bytes) ? ExifOrientation.Read(WebpStructure.Exif(bytes))
        : SKEncodedOrigin.TopLeft;

    private static (int Width, int Height) Turned(SKEncodedOrigin origin, int width, int height) =>
        origin >= SKEncodedOrigin.LeftTop ? (height, width) : (width, height);

    private static byte[] Turn(SKEncodedOrigin origin, int width, int height, byte[] pixels)
    {
        byte[] turned = new byte[pixels.Length];
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(pixels);
        Span<int> to = MemoryMarshal.Cast<byte, int>(turned.AsSpan());
        // Where the first pixel comes from, and how far the next one and the next row's are.
        int last = (height - 1) * width;
        (int first, int right, int down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last + width - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (last, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (last, -width, 1),
            SKEncodedOrigin.RightBottom => (last + width - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        (int columns, int rows) = Turned(origin, width, height);
        for (int y = 0, at = 0; y < rows; y++)
            for (int x = 0, source = first + y * down; x < columns; x++, source += right)
                to[at++] = from[source];
        return turned;
    }
}

/// <summary>Tag 274 of EXIF data, which is a TIFF file's directory (EXIF 2.32, section 4.6.4 A).</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112, Short = 3;

    /// <summary>The stored picture's own corner that is to be shown left above; that corner itself where nothing, or nothing sensible, is said.</summary>
    /// <param name="exif">The directory, or a JPEG's signature and the directory, as some programs put it into other formats.</param>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> exif)
    {
        ReadOnlySpan<byte> signature = "Exif\0\0"u8, tiff = exif.StartsWith(signature) ? exif[signature.Length..] : exif;
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || !(little || tiff.StartsWith("MM\0*"u8)))
            return SKEncodedOrigin.TopLeft;
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return SKEncodedOrigin.TopLeft;
        ReadOnlySpan<byte> entries = tiff[((int)directory + 2)..];
        for (int i = Number(tiff[(int)directory..], little); i > 0 && entries.Length >= 12; i--, entries = entries[12..])
        {
            if (Number(entries, little) == Tag && Number(entries[2..], little) == Short)
                return Number(entries[8..], little) is var value and >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
        }
        return SKEncodedOrigin.TopLeft;
    }

    private static int Number(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
