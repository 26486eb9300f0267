using System.Buffers.Binary;
using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>Uncompressed Windows bitmaps of 1, 4, 8, 24 or 32 bits a pixel (the fourth byte of 32 is ignored).</summary>
internal static class BmpReader
{
    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8);

    public static PixelBuffer TryRead(ReadOnlySpan<byte> file)
    {
        if (file.Length < 54)
            return null;
        int start = BinaryPrimitives.ReadInt32LittleEndian(file[10..]);
        int headerSize = BinaryPrimitives.ReadInt32LittleEndian(file[14..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        int signedHeight = BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        int compression = BinaryPrimitives.ReadInt32LittleEndian(file[30..]);
        long height = Math.Abs((long)signedHeight);
        if (headerSize < 40 || compression != 0 || bits is not (1 or 4 or 8 or 24 or 32) || !PixelBuffer.Fits(width, height) || start < 0)
            return null;

        ReadOnlySpan<byte> palette = headerSize + 14 <= start && start <= file.Length ? file[(14 + headerSize)..start] : [];
        var pixels = new PixelBuffer(width, (int)height, MLPixelFormat.Bgra32, isOpaque: true);
        long stride = ((((long)width * bits) + 31) / 32) * 4;
        for (int row = 0; row < pixels.Height; row++)
        {
            long at = start + (row * stride);
            if (at + stride > file.Length)
                break;
            int y = signedHeight < 0 ? row : pixels.Height - 1 - row;
            ReadRow(file.Slice((int)at, (int)stride), bits, palette, pixels.Bytes.AsSpan(y * pixels.Stride, pixels.Stride));
        }
        return pixels;
    }

    private static void ReadRow(ReadOnlySpan<byte> row, int bits, ReadOnlySpan<byte> palette, Span<byte> to)
    {
        for (int x = 0; x < to.Length / 4; x++)
        {
            Span<byte> pixel = to.Slice(x * 4, 4);
            if (bits >= 24)
            {
                row.Slice(x * bits / 8, 3).CopyTo(pixel);
            }
            else
            {
                int index = (row[x * bits / 8] >> (8 - bits - (x * bits % 8))) & ((1 << bits) - 1);
                if ((index * 4) + 3 <= palette.Length)
                    palette.Slice(index * 4, 3).CopyTo(pixel);
            }
            pixel[3] = 255;
        }
    }
}
