using System.Buffers.Binary;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>What a PNG file says before its pixels, and the compressed pixels as far as the file goes.</summary>
internal sealed class PngChunks
{
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int BitDepth { get; private init; }

    public PngColour Colour { get; private init; }

    public bool Interlaced { get; private init; }

    public byte[] Palette { get; private set; } = [];

    public byte[] Transparency { get; private set; } = [];

    public MemoryStream Compressed { get; } = new();

    /// <summary>Whether the file ends before its IEND chunk.</summary>
    public bool IsTruncated { get; private set; } = true;

    public int Channels => Colour switch
    {
        PngColour.Rgb => 3,
        PngColour.GrayAlpha => 2,
        PngColour.Rgba => 4,
        _ => 1,
    };

    public int BitsPerPixel => BitDepth * Channels;

    /// <summary>Null for a file whose header, or whose first compressed byte, cannot be read.</summary>
    public static PngChunks TryRead(ReadOnlySpan<byte> file)
    {
        file = file[Signature.Length..];
        PngChunks chunks = null;
        bool pixelsSeen = false;
        while (file.Length >= 8)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(file[4..]);
            ReadOnlySpan<byte> data = file[8..];
            bool whole = length + 4 <= (uint)data.Length;
            if (type == Type("IDAT"))
            {
                if (chunks is null || (chunks.Colour == PngColour.Palette && chunks.Palette.Length == 0))
                    return null;
                pixelsSeen = true;
                if (!whole)
                {
                    chunks.Compressed.Write(data[..(int)Math.Min(length, (uint)data.Length)]);
                    break;
                }
                if (!CrcMatches(file, (int)length))
                    return null;
                chunks.Compressed.Write(data[..(int)length]);
            }
            else if (!whole)
            {
                break;
            }
            else if (chunks is null)
            {
                if (type != Type("IHDR") || length != 13 || !CrcMatches(file, 13) || (chunks = Header(data)) is null)
                    return null;
            }
            else if (type == Type("IEND"))
            {
                chunks.IsTruncated = false;
                break;
            }
            else if (type == Type("PLTE") && CrcMatches(file, (int)length))
            {
                chunks.Palette = data[..(int)length].ToArray();
            }
            else if (type == Type("tRNS") && CrcMatches(file, (int)length))
            {
                chunks.Transparency = data[..(int)length].ToArray();
            }
            file = data[(int)(length + 4)..];
        }
        return pixelsSeen ? chunks : null;
    }

    public static uint Type(string name) => ((uint)name[0] << 24) | ((uint)name[1] << 16) | ((uint)name[2] << 8) | name[3];

    private static PngChunks Header(ReadOnlySpan<byte> data)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int depth = data[8];
        var colour = (PngColour)data[9];
        bool depthFits = colour switch
        {
            PngColour.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GrayAlpha or PngColour.Rgba => depth is 8 or 16,
            _ => false,
        };
        return depthFits && data[10] == 0 && data[11] == 0 && data[12] <= 1 && PixelBuffer.Fits(width, height)
            ? new PngChunks { Width = (int)width, Height = (int)height, BitDepth = depth, Colour = colour, Interlaced = data[12] == 1 }
            : null;
    }

    private static bool CrcMatches(ReadOnlySpan<byte> chunk, int length) =>
        Crc32.Of(chunk.Slice(4, 4 + length)) == BinaryPrimitives.ReadUInt32BigEndian(chunk[(8 + length)..]);
}
