using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MLNetGen;

/// <summary>A picture's size as its file's header says, without a look at the rest.</summary>
/// <remarks>
/// These classes and not SKCodec: it decodes all pixels to tell of a truncated or damaged file, and these read the file's own marks of its parts alone.
/// </remarks>
internal static class PictureHeader
{
    /// <summary>Null where the header is of no known format, or cut off: the decoder will say so.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        PngStructure.Begins(bytes) ? PngStructure.Size(bytes)
        : JpegStructure.Begins(bytes) ? JpegStructure.Size(bytes)
        : BmpStructure.Begins(bytes) ? BmpStructure.Size(bytes)
        : null;
}

/// <summary>Walks a PNG file's chunks (ISO/IEC 15948, section 5) up to IEND.</summary>
internal static class PngStructure
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>What the header says; null where it is not there whole.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 24 && bytes.Slice(12, 4).SequenceEqual("IHDR"u8) ? Size(bytes, 16) : null;

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        int width = 0, height = 0;
        var hasData = false;
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
            }
            hasData |= type.SequenceEqual("IDAT"u8) && data.Length > 0;
            if (type.SequenceEqual("IEND"u8))
                return hasData ? new PictureCheck(width, height, null) : PictureCheck.Bad("damaged PNG: it has no IDAT chunk");
            at += 12 + data.Length;
        }
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
                (width, height) = Size(bytes, at + 2);
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

/// <summary>Reads a Windows bitmap's headers (BITMAPFILEHEADER, BITMAPINFOHEADER) and compares them with what is there.</summary>
internal static class BmpStructure
{
    private const int HeaderLength = 54;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith("BM"u8);

    /// <summary>What the header says; null where it is not there whole.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) => bytes.Length < HeaderLength ? null : (
        BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]),
        Math.Abs(Math.Max(-int.MaxValue, BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]))));

    public static PictureCheck Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
            return PictureCheck.Bad("truncated BMP: it ends inside its header");
        var start = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]);   // negative: rows from the top
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[30..]) != 0)
            return PictureCheck.Bad("a compressed BMP; only uncompressed ones are read");
        if (width <= 0 || height is 0 or int.MinValue)
            return PictureCheck.Bad($"has an impossible size, {width}×{height}");

        var stride = ((long)width * bits + 31) / 32 * 4;   // below 2^45
        return stride > (bytes.Length - (long)start) / Math.Abs(height)
            ? PictureCheck.Bad("truncated BMP: it ends before its last row")
            : new PictureCheck(width, Math.Abs(height), null);
    }
}
