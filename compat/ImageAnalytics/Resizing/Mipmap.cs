using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging.Resizing;

/// <summary>Successive halvings: a box of two where a side is even, weights 1 2 1 where it is odd, the remainder cut off.</summary>
internal static class Mipmap
{
    /// <summary>The smallest level that is still at least as large as what will be drawn.</summary>
    public static PixelBuffer LevelFor(PixelBuffer source, float stepX, float stepY)
    {
        float scale = MathF.Min(1f / stepX, 1f / stepY);
        int depth = (int)MathF.Floor(-MathF.Log2(scale));
        PixelBuffer level = source;
        for (int i = 0; i < depth && (level.Width > 1 || level.Height > 1); i++)
            level = Halve(level);
        return level;
    }

    public static PixelBuffer Halve(PixelBuffer source)
    {
        int width = Math.Max(1, source.Width / 2);
        int height = Math.Max(1, source.Height / 2);
        var half = new PixelBuffer(width, height, MLPixelFormat.Bgra32, source.IsOpaque);
        ReadOnlySpan<int> across = Weights(source.Width);
        ReadOnlySpan<int> down = Weights(source.Height);
        int shift = Shift(across) + Shift(down);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 4; channel++)
                {
                    int sum = 0;
                    for (int dy = 0; dy < down.Length; dy++)
                    {
                        int at = (((2 * y) + dy) * source.Stride) + (8 * x) + channel;
                        for (int dx = 0; dx < across.Length; dx++)
                            sum += down[dy] * across[dx] * source.Bytes[at + (4 * dx)];
                    }
                    half.Bytes[(y * half.Stride) + (x * 4) + channel] = (byte)(sum >> shift);
                }
            }
        }
        return half;
    }

    private static ReadOnlySpan<int> Weights(int length) =>
        length == 1 ? [1] : (length & 1) == 0 ? [1, 1] : [1, 2, 1];

    private static int Shift(ReadOnlySpan<int> weights) => weights.Length - 1;
}
