using System.Buffers.Binary;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>Turns unfiltered PNG rows into premultiplied BGRA pixels.</summary>
internal sealed class PngRowWriter(PngChunks chunks, PixelBuffer pixels)
{
    // The one sample value, or triple of values, that tRNS makes transparent; -1 for none.
    private readonly int clearRed = Clear(chunks, 0);
    private readonly int clearGreen = Clear(chunks, 1);
    private readonly int clearBlue = Clear(chunks, 2);

    public void Write(ReadOnlySpan<byte> row, int width, int x, int y, int step)
    {
        int to = (y * pixels.Stride) + (x * 4);
        for (int i = 0; i < width; i++, to += step * 4)
        {
            switch (chunks.Colour)
            {
                case PngColour.Gray:
                    int value = Sample(row, i);
                    byte gray = ToByte(value);
                    Store(to, gray, gray, gray, value == clearRed ? 0 : 255);
                    break;
                case PngColour.Rgb:
                    int red = Sample(row, 3 * i);
                    int green = Sample(row, (3 * i) + 1);
                    int blue = Sample(row, (3 * i) + 2);
                    bool clear = red == clearRed && green == clearGreen && blue == clearBlue;
                    Store(to, ToByte(red), ToByte(green), ToByte(blue), clear ? 0 : 255);
                    break;
                case PngColour.Palette:
                    StoreIndexed(to, Sample(row, i));
                    break;
                case PngColour.GrayAlpha:
                    byte shade = ToByte(Sample(row, 2 * i));
                    Store(to, shade, shade, shade, ToByte(Sample(row, (2 * i) + 1)));
                    break;
                case PngColour.Rgba:
                    Store(to, ToByte(Sample(row, 4 * i)), ToByte(Sample(row, (4 * i) + 1)), ToByte(Sample(row, (4 * i) + 2)), ToByte(Sample(row, (4 * i) + 3)));
                    break;
            }
        }
    }

    private static int Clear(PngChunks chunks, int channel)
    {
        int needed = chunks.Colour switch { PngColour.Gray => 2, PngColour.Rgb => 6, _ => int.MaxValue };
        if (chunks.Transparency.Length < needed)
            return -1;
        int at = chunks.Colour == PngColour.Gray ? 0 : 2 * channel;
        return BinaryPrimitives.ReadUInt16BigEndian(chunks.Transparency.AsSpan(at)) & ((1 << chunks.BitDepth) - 1);
    }

    private int Sample(ReadOnlySpan<byte> row, int index) => chunks.BitDepth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        int depth => (row[index * depth / 8] >> (8 - depth - (index * depth % 8))) & ((1 << depth) - 1),
    };

    private byte ToByte(int sample) => chunks.BitDepth switch
    {
        8 => (byte)sample,
        16 => (byte)(sample >> 8),
        int depth => (byte)(sample * 255 / ((1 << depth) - 1)),
    };

    private void StoreIndexed(int to, int index)
    {
        // An index beyond the palette is black, as libpng leaves it.
        ReadOnlySpan<byte> colour = 3 * index + 3 <= chunks.Palette.Length ? chunks.Palette.AsSpan(3 * index, 3) : [0, 0, 0];
        Store(to, colour[0], colour[1], colour[2], index < chunks.Transparency.Length ? chunks.Transparency[index] : 255);
    }

    private void Store(int to, byte red, byte green, byte blue, int alpha)
    {
        Span<byte> pixel = pixels.Bytes.AsSpan(to, 4);
        pixel[0] = alpha == 255 ? blue : PixelBuffer.Premultiply(blue, alpha);
        pixel[1] = alpha == 255 ? green : PixelBuffer.Premultiply(green, alpha);
        pixel[2] = alpha == 255 ? red : PixelBuffer.Premultiply(red, alpha);
        pixel[3] = (byte)alpha;
    }
}
