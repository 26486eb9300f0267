using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>8-bit PNG: RGB for opaque pixels, RGBA with the multiplication by alpha undone for the others.</summary>
internal static class PngWriter
{
    public static byte[] Write(PixelBuffer pixels)
    {
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, pixels.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.Height);
        header[8] = 8;
        header[9] = (byte)(pixels.IsOpaque ? PngColour.Rgb : PngColour.Rgba);
        header[10..].Clear();
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compress(pixels));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compress(PixelBuffer pixels)
    {
        int channels = pixels.IsOpaque ? 3 : 4;
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var above = new byte[pixels.Width * channels];
            var row = new byte[above.Length];
            var filtered = new byte[above.Length + 1];
            for (int y = 0; y < pixels.Height; y++)
            {
                Pack(pixels, y, row, channels);
                // Differences from the row above; the choice of filter changes only the size of the file.
                filtered[0] = 2;
                for (int i = 0; i < row.Length; i++)
                    filtered[i + 1] = (byte)(row[i] - above[i]);
                zlib.Write(filtered);
                (row, above) = (above, row);
            }
        }
        return compressed.ToArray();
    }

    private static void Pack(PixelBuffer pixels, int y, Span<byte> row, int channels)
    {
        for (int x = 0; x < pixels.Width; x++)
        {
            ReadOnlySpan<byte> from = pixels.Bytes.AsSpan((y * pixels.Stride) + (x * 4), 4);
            Span<byte> to = row.Slice(x * channels, channels);
            int alpha = pixels.IsOpaque ? 255 : from[3];
            to[0] = PixelBuffer.Unpremultiply(from[pixels.RedIndex], alpha);
            to[1] = PixelBuffer.Unpremultiply(from[1], alpha);
            to[2] = PixelBuffer.Unpremultiply(from[pixels.BlueIndex], alpha);
            if (channels == 4)
                to[3] = (byte)alpha;
        }
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[data.Length + 4];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, PngChunks.Type(type));
        data.CopyTo(chunk.AsSpan(4));
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(chunk));
        file.Write(number);
    }
}
