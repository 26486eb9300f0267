using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MLNetGen;

/// <summary>A picture's size as its file's header says, without a look at the rest.</summary>
/// <remarks>
/// These classes beside SKCodec: they tell what is wrong, and of files cut off, of which the decoder makes half a picture.
/// </remarks>
internal static class PictureHeader
{
    /// <summary>Null where the header is of no known format, or cut off: the decoder will say so.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        PngStructure.Begins(bytes) ? PngStructure.Size(bytes)
        : JpegStructure.Begins(bytes) ? JpegStructure.Size(bytes)
        : BmpStructure.Begins(bytes) ? BmpStructure.Size(bytes)
        : GifStructure.Begins(bytes) ? GifStructure.Size(bytes)
        : null;   // of a WebP, the decoder reads the header before anything else
}

/// <summary>Walks a PNG file's chunks (ISO/IEC 15948, section 5) up to IEND.</summary>
internal static class PngStructure
{
    private const byte PaletteColors = 3;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>What the header says; null where it is not there whole.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 24 && bytes.Slice(12, 4).SequenceEqual("IHDR"u8) ? Size(bytes, 16) : null;

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        int width = 0, height = 0;
        bool hasData = false, needsPalette = false, hasPalette = false;
        for (var at = Signature.Length; ;)
        {
            // Length, type, data, checksum.
            if (bytes.Length - at < 12)
                return PictureCheck.Bad("truncated PNG: it ends without its IEND chunk");
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            var type = bytes.Slice(at + 4, 4);
            if (length > bytes.Length - at - 12)
                return PictureCheck.Bad($"truncated PNG: its {Name(type)} chunk of {length} bytes is cut off");
            var data = bytes.Slice(at + 8, (int)length);
            if (Crc32.HashToUInt32(bytes.Slice(at + 4, 4 + data.Length)) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + data.Length)..]))
                return PictureCheck.Bad($"damaged PNG: the checksum of its {Name(type)} chunk is wrong");

            if (at == Signature.Length)
            {
                if (!type.SequenceEqual("IHDR"u8) || data.Length != 13)
                    return PictureCheck.Bad("damaged PNG: it does not begin with an IHDR chunk");
                (width, height) = Size(data, 0);
                needsPalette = data[9] == PaletteColors;
            }
            hasPalette |= type.SequenceEqual("PLTE"u8);
            hasData |= type.SequenceEqual("IDAT"u8) && data.Length > 0;
            if (type.SequenceEqual("IEND"u8))
                return !hasData ? PictureCheck.Bad("damaged PNG: it has no IDAT chunk")
                    : needsPalette && !hasPalette ? PictureCheck.Bad("damaged PNG: its colours are of a palette, and it has no PLTE chunk")
                    : new PictureCheck(width, height, null);
            at += 12 + data.Length;
        }
    }

    /// <summary>The data of the eXIf chunk of a file that was checked; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> bytes)
    {
        for (var at = Signature.Length; bytes.Length - at >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12)
                break;
            if (bytes.Slice(at + 4, 4).SequenceEqual("eXIf"u8))
                return bytes.Slice(at + 8, (int)length);
            at += 12 + (int)length;
        }
        return [];
    }

    private static (int Width, int Height) Size(ReadOnlySpan<byte> bytes, int at) => (
        (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])),
        (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..])));

    private static string Name(ReadOnlySpan<byte> type) => Encoding.Latin1.GetString(type);
}

/// <summary>Walks a JPEG file's markers (ITU-T T.81, annex B) up to the end-of-image marker.</summary>
internal static class JpegStructure
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA;
    private const byte HuffmanTables = 0xC4, JpegExtensions = 0xC8, ArithmeticConditioning = 0xCC;

    private static ReadOnlySpan<byte> Signature => [0xFF, StartOfImage, 0xFF];

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>What the first frame's header says; null where none comes before the data.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xFF;)
        {
            var marker = bytes[at + 1];
            if (IsStartOfFrame(marker))
                return Size(bytes, at + 4);
            if (marker is StartOfScan or EndOfImage)
                return null;
            at += marker == 0xFF ? 1 : IsWithoutLength(marker) ? 2 : 2 + Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]));
        }
        return null;
    }

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        int width = 0, height = 0;
        var hasScan = false;
        for (var at = 2; ;)
        {
            if (at >= bytes.Length)
                return Truncated(hasScan);
            if (bytes[at] != 0xFF)
                return PictureCheck.Bad($"damaged JPEG: no marker where one must be, at byte {at}");
            while (at < bytes.Length && bytes[at] == 0xFF)   // any number of fill bytes
                at++;
            if (at >= bytes.Length)
                return Truncated(hasScan);

            var marker = bytes[at++];
            if (marker == EndOfImage)
                return !hasScan ? PictureCheck.Bad("damaged JPEG: it ends before its first scan")
                    : new PictureCheck(width, height, null);
            if (IsWithoutLength(marker))
                continue;
            if (bytes.Length - at < 2)
                return Truncated(hasScan);
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (length < 2)
                return PictureCheck.Bad($"damaged JPEG: a segment of {length} bytes at byte {at}");
            if (length > bytes.Length - at)
                return Truncated(hasScan);

            if (IsStartOfFrame(marker) && length >= 8)
            {
                if (bytes[at + 2] != 8)
                    return PictureCheck.Bad($"a JPEG of {bytes[at + 2]} bits a channel; only those of 8 can be decoded: convert it");
                (width, height) = Size(bytes, at + 2);
            }
            at += length;
            if (marker == StartOfScan)
            {
                hasScan = true;
                at = SkipScan(bytes, at);
            }
        }
    }

    // At the samples' precision, which the size follows.
    private static (int Width, int Height) Size(ReadOnlySpan<byte> bytes, int at) =>
        (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 3)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]));

    // Coded data: 0xFF is followed by 0 where it is data, and by D0 to D7 at a restart.
    private static int SkipScan(ReadOnlySpan<byte> bytes, int at)
    {
        while (true)
        {
            var next = bytes[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= bytes.Length)
                return bytes.Length;
            at += next;
            if (bytes[at + 1] is not (0 or >= 0xD0 and <= 0xD7))
                return at;
            at += 2;
        }
    }

    private static bool IsWithoutLength(byte marker) => marker is 0x01 or >= 0xD0 and <= StartOfImage;

    private static bool IsStartOfFrame(byte marker) =>
        marker is >= 0xC0 and <= 0xCF and not (HuffmanTables or JpegExtensions or ArithmeticConditioning);

    private static PictureCheck Truncated(bool hasScan) => PictureCheck.Bad(
        hasScan ? "truncated JPEG: it ends without its end-of-image marker" : "truncated JPEG: it ends inside its header");
}

/// <summary>Reads a BMP file's headers (OS/2's of 12 bytes, Windows's of 40 and more) and asks whether its rows are there.</summary>
internal static class BmpStructure
{
    private const int HeaderLength = 54, OldHeaderLength = 26;
    private const uint OldHeader = 12, Uncompressed = 0, RunLength8 = 1, RunLength4 = 2, BitFields = 3, AlphaBitFields = 6;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith("BM"u8);

    /// <summary>What the header says; null where it is not there whole.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        IsOld(bytes) ? (BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]))
        : bytes.Length < HeaderLength ? null : (
        BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]),
        Math.Abs(Math.Max(-int.MaxValue, BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]))));

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        bool old = IsOld(bytes);
        if (Size(bytes) is not (int width, int height))
            return PictureCheck.Bad("truncated BMP: it ends inside its header");
        if (width <= 0 || height == 0)
            return PictureCheck.Bad($"has an impossible size, {width}×{height}");
        var start = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(old ? 24 : 28)..]);
        var compression = old ? Uncompressed : BinaryPrimitives.ReadUInt32LittleEndian(bytes[30..]);
        switch (compression)
        {
            case Uncompressed or BitFields or AlphaBitFields:
                var stride = ((long)width * bits + 31) / 32 * 4;   // below 2^45
                return stride > (bytes.Length - (long)start) / height
                    ? PictureCheck.Bad("truncated BMP: it ends before its last row")
                    : new PictureCheck(width, height, null);
            case RunLength8 or RunLength4:
                int needed = compression == RunLength8 ? 8 : 4;
                return bits != needed ? PictureCheck.Bad($"a damaged BMP: it is compressed as those of {needed} bits a pixel, and has {bits}")
                    : start >= bytes.Length ? PictureCheck.Bad("truncated BMP: it ends before its first row")
                    : new PictureCheck(width, height, null);
            default:
                return PictureCheck.Bad($"a compressed BMP of kind {compression}, which is not read: convert it");
        }
    }

    private static bool IsOld(ReadOnlySpan<byte> bytes) => bytes.Length >= OldHeaderLength && BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) == OldHeader;
}

/// <summary>Walks a GIF file's blocks (GIF89a, appendix A) up to the end of its first frame.</summary>
internal static class GifStructure
{
    private const int HeaderLength = 13, FrameHeaderLength = 10;
    private const byte Extension = 0x21, Frame = 0x2C;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8);

    /// <summary>What the header says; null where it is not there whole.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) => bytes.Length < HeaderLength ? null
        : (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        if (Size(bytes) is not (int width, int height))
            return PictureCheck.Bad("truncated GIF: it ends inside its header");
        var at = HeaderLength + ColorTable(bytes[10]);
        while (at < bytes.Length)
        {
            switch (bytes[at])
            {
                case Extension:
                    at = AfterData(bytes, at + 2);
                    break;
                case Frame when at + FrameHeaderLength < bytes.Length:
                    return AfterData(bytes, at + FrameHeaderLength + ColorTable(bytes[at + 9]) + 1) <= bytes.Length ? new PictureCheck(width, height, null) : Truncated;
                case Frame:
                    return Truncated;
                default:
                    return PictureCheck.Bad("damaged GIF: it has no frame");
            }
        }
        return Truncated;
    }

    private static PictureCheck Truncated => PictureCheck.Bad("truncated GIF: it ends before its first frame does");

    private static int ColorTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    // Blocks of a length and as many bytes, up to one of none; beyond the file's end where that is missing.
    private static int AfterData(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] != 0)
            at += 1 + bytes[at];
        return at < bytes.Length ? at + 1 : bytes.Length + 1;
    }
}

/// <summary>Reads how long a WebP file says it is (RFC 9649, section 2.4).</summary>
internal static class WebpStructure
{
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);

    /// <summary>The decoder tells the size; here it is 1×1.</summary>
    public static PictureCheck Check(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) > bytes.Length - 8L
        ? PictureCheck.Bad("truncated WebP: it ends before the length that its header says")
        : new PictureCheck(1, 1, null);

    /// <summary>The data of the EXIF chunk; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> bytes)
    {
        for (long at = 12; bytes.Length - at >= 8;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[((int)at + 4)..]);
            if (length > bytes.Length - at - 8)
                break;
            if (bytes.Slice((int)at, 4).SequenceEqual("EXIF"u8))
                return bytes.Slice((int)at + 8, (int)length);
            at += 8 + length + (length & 1);
        }
        return [];
    }
}
