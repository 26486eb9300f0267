using System.Buffers.Binary;

namespace MLNetGen;

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
