namespace MLNetGen.Export.Tiling;

/// <summary>A picture's bytes, [height, width, channels], as if it had been filled up at its borders; nothing of it is copied.</summary>
internal sealed class PicturePlanes
{
    private readonly byte[] pixels;
    private readonly int sourceWidth, channels;
    private readonly int[] rows, columns;

    public PicturePlanes(byte[] pixels, int height, int width, int channels, Filling filling)
    {
        this.pixels = pixels;
        this.channels = channels;
        sourceWidth = width;
        rows = filling.Positions(0, height);
        columns = filling.Positions(1, width);
    }

    public int Height => rows.Length;

    public int Width => columns.Length;

    /// <summary>A rectangle as float32 [channels, height, width].</summary>
    public void Read(Rectangle part, Span<float> to)
    {
        int plane = part.Height * part.Width;
        for (int y = 0; y < part.Height; y++)
        {
            int row = rows[part.Top + y] * sourceWidth;
            for (int x = 0; x < part.Width; x++)
            {
                int from = (row + columns[part.Left + x]) * channels;
                for (int channel = 0; channel < channels; channel++) to[channel * plane + y * part.Width + x] = pixels[from + channel];
            }
        }
    }

    /// <summary>A rectangle as bytes [height, width, channels].</summary>
    public void Read(Rectangle part, Span<byte> to)
    {
        for (int y = 0; y < part.Height; y++)
        {
            int row = rows[part.Top + y] * sourceWidth;
            for (int x = 0; x < part.Width; x++)
                pixels.AsSpan((row + columns[part.Left + x]) * channels, channels).CopyTo(to[((y * part.Width + x) * channels)..]);
        }
    }
}
