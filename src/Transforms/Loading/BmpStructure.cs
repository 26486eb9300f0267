using System.Buffers.Binary;

namespace MLNetGen;

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
