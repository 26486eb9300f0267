namespace Microsoft.ML.Imaging.Resizing;

/// <summary>Skia's 16-bit bilinear look-up: areas in 256ths, cut off, the last of the four taking what remains.</summary>
internal static class Bilinear
{
    public static void Draw(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        Sample[] columns = Samples(across, source.Width);
        Sample[] rows = Samples(down, source.Height);
        for (int y = down.From; y < down.To; y++)
        {
            Sample row = rows[y - down.From];
            ReadOnlySpan<byte> top = source.Bytes.AsSpan(row.First * source.Stride, source.Stride);
            ReadOnlySpan<byte> bottom = source.Bytes.AsSpan(row.Second * source.Stride, source.Stride);
            Span<byte> to = destination.Bytes.AsSpan(y * destination.Stride, destination.Stride);
            for (int x = across.From; x < across.To; x++)
            {
                Sample column = columns[x - across.From];
                int topLeft = (int)((1f - column.Fraction) * (1f - row.Fraction) * 256);
                int topRight = (int)(column.Fraction * (1f - row.Fraction) * 256);
                int bottomLeft = (int)((1f - column.Fraction) * row.Fraction * 256);
                int bottomRight = 256 - topLeft - topRight - bottomLeft;
                int left = column.First * 4;
                int right = column.Second * 4;
                for (int channel = 0; channel < 4; channel++)
                {
                    int sum = (top[left + channel] * topLeft) + (top[right + channel] * topRight)
                        + (bottom[left + channel] * bottomLeft) + (bottom[right + channel] * bottomRight);
                    to[(x * 4) + channel] = (byte)((sum + 128) / 256);
                }
            }
        }
    }

    private static Sample[] Samples(Axis axis, int length)
    {
        var samples = new Sample[axis.To - axis.From];
        for (int i = 0; i < samples.Length; i++)
        {
            float centre = axis.Position(axis.From + i);
            float shifted = centre + 0.5f;
            samples[i] = new Sample(Clamp(centre - 0.5f, length), Clamp(shifted, length), shifted - MathF.Floor(shifted));
        }
        return samples;
    }

    private static int Clamp(float position, int length) => Math.Clamp((int)MathF.Floor(position), 0, length - 1);

    private readonly record struct Sample(int First, int Second, float Fraction);
}
