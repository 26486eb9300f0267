using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>
/// PNG as Skia reads it: premultiplied, 16-bit samples cut to their high byte, no gamma; a file that ends early
/// gives the rows it has and zeroes below, a damaged one nothing.
/// </summary>
internal static class PngReader
{
    // The seven passes of an interlaced file: first column and row, distance between columns and rows.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith(PngChunks.Signature);

    public static PixelBuffer TryRead(byte[] file)
    {
        if (PngChunks.TryRead(file) is not { } chunks)
            return null;
        var pixels = new PixelBuffer(chunks.Width, chunks.Height, MLPixelFormat.Bgra32, IsOpaque(chunks));
        chunks.Compressed.Position = 0;
        try
        {
            using var inflated = new ZLibStream(chunks.Compressed, CompressionMode.Decompress);
            Decode(chunks, inflated, pixels);
        }
        catch (InvalidDataException) when (chunks.IsTruncated)
        {
            // The rows before the cut are in place.
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return pixels;
    }

    private static bool IsOpaque(PngChunks chunks) =>
        chunks.Colour is not (PngColour.GrayAlpha or PngColour.Rgba) && chunks.Transparency.Length == 0;

    private static void Decode(PngChunks chunks, Stream inflated, PixelBuffer pixels)
    {
        var writer = new PngRowWriter(chunks, pixels);
        if (!chunks.Interlaced)
        {
            DecodePass(chunks, inflated, writer, chunks.Width, chunks.Height, (0, 0, 1, 1));
            return;
        }
        foreach ((int X, int Y, int StepX, int StepY) pass in Passes)
        {
            int width = (chunks.Width - pass.X + pass.StepX - 1) / pass.StepX;
            int height = (chunks.Height - pass.Y + pass.StepY - 1) / pass.StepY;
            if (width > 0 && height > 0 && !DecodePass(chunks, inflated, writer, width, height, pass))
                return;
        }
    }

    private static bool DecodePass(
        PngChunks chunks, Stream inflated, PngRowWriter writer, int width, int height, (int X, int Y, int StepX, int StepY) pass)
    {
        int length = checked((int)((((long)width * chunks.BitsPerPixel) + 7) / 8));
        int back = Math.Max(1, chunks.BitsPerPixel / 8);
        var row = new byte[length + 1];
        var above = new byte[length];
        for (int y = 0; y < height; y++)
        {
            if (inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                return false;
            Unfilter(row[0], row.AsSpan(1), above, back);
            writer.Write(row.AsSpan(1), width, pass.X, pass.Y + (y * pass.StepY), pass.StepX);
            row.AsSpan(1).CopyTo(above);
        }
        return true;
    }

    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int back)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = back; i < row.Length; i++)
                    row[i] += row[i - back];
                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < back ? 0 : row[i - back]) + above[i]) / 2);
                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                    row[i] += i < back ? above[i] : Paeth(row[i - back], above[i], above[i - back]);
                break;
            default:
                throw new InvalidDataException($"PNG row filter {filter} does not exist");
        }
    }

    private static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int toLeft = Math.Abs(guess - left);
        int toAbove = Math.Abs(guess - above);
        int toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
