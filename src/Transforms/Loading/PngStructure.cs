using System.Buffers.Binary;
using System.Text;

namespace MLNetGen;

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
            if (Crc32.Of(bytes.Slice(at + 4, 4 + data.Length)) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + data.Length)..]))
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
