namespace Microsoft.ML.Imaging.Resizing;

/// <summary>Skia's unfiltered scaling: 32.32 fixed point, and a centre that falls between two pixels takes the first.</summary>
internal static class Nearest
{
    private const float One = 4294967296f;
    private const long Bias = 1L << 16;

    public static PixelBuffer Resize(PixelBuffer source, int width, int height)
    {
        var destination = new PixelBuffer(width, height, source.Format, source.IsOpaque);
        float stepX = 1f / ((float)width / source.Width);
        float stepY = 1f / ((float)height / source.Height);
        int[] columns = Columns(source.Width, width, stepX);
        for (int y = 0; y < height; y++)
        {
            int row = Math.Clamp((int)((Fixed((y + 0.5f) * stepY) - Bias) >> 32), 0, source.Height - 1);
            ReadOnlySpan<byte> from = source.Bytes.AsSpan(row * source.Stride, source.Stride);
            Span<byte> to = destination.Bytes.AsSpan(y * destination.Stride, destination.Stride);
            for (int x = 0; x < width; x++)
                from.Slice(columns[x], 4).CopyTo(to[(x * 4)..]);
        }
        return destination;
    }

    private static int[] Columns(int source, int width, float step)
    {
        var columns = new int[width];
        long position = Fixed(0.5f * step) - Bias;
        for (int x = 0; x < width; x++, position += Fixed(step))
            columns[x] = Math.Clamp((int)(position >> 32), 0, source - 1) * 4;
        return columns;
    }

    private static long Fixed(float value) => (long)(value * One);
}
