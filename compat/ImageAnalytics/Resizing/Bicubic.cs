namespace Microsoft.ML.Imaging.Resizing;

/// <summary>The Mitchell–Netravali cubic (B = C = 1/3) over 4 × 4 pixels, edges repeated; colours stay within [0, alpha].</summary>
internal static class Bicubic
{
    public static void Draw(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        Tap[] columns = Taps(across, source.Width);
        Tap[] rows = Taps(down, source.Height);
        Span<float> sums = stackalloc float[4];
        for (int y = down.From; y < down.To; y++)
        {
            Tap row = rows[y - down.From];
            for (int x = across.From; x < across.To; x++)
            {
                Sum(source, columns[x - across.From], row, sums);
                int to = (y * destination.Stride) + (x * 4);
                float alpha = Math.Clamp(sums[3], 0f, 1f);
                for (int channel = 0; channel < 3; channel++)
                    destination.Bytes[to + channel] = ToByte(Math.Min(Math.Max(sums[channel], 0f), alpha));
                destination.Bytes[to + 3] = ToByte(alpha);
            }
        }
    }

    private static void Sum(PixelBuffer source, Tap column, Tap row, Span<float> sums)
    {
        sums.Clear();
        for (int i = 0; i < 4; i++)
        {
            int line = row.Index(i) * source.Stride;
            for (int j = 0; j < 4; j++)
            {
                float weight = column.Weight(j) * row.Weight(i);
                ReadOnlySpan<byte> pixel = source.Bytes.AsSpan(line + (column.Index(j) * 4), 4);
                for (int channel = 0; channel < 4; channel++)
                    sums[channel] = MathF.FusedMultiplyAdd(weight, pixel[channel] * (1 / 255f), sums[channel]);
            }
        }
    }

    private static byte ToByte(float value) => (byte)MathF.Round(value * 255f);

    private static Tap[] Taps(Axis axis, int length)
    {
        var taps = new Tap[axis.To - axis.From];
        for (int i = 0; i < taps.Length; i++)
            taps[i] = Tap.At(axis.Position(axis.From + i), length);
        return taps;
    }

    private readonly record struct Tap(int Start, int Last, float Far0, float Near0, float Near1, float Far1)
    {
        public static Tap At(float centre, int length)
        {
            float shifted = centre + 0.5f;
            float fraction = shifted - MathF.Floor(shifted);
            return new Tap((int)MathF.Floor(centre - 1.5f), length - 1,
                Far(1 - fraction), Near(1 - fraction), Near(fraction), Far(fraction));
        }

        public int Index(int i) => Math.Clamp(Start + i, 0, Last);

        public float Weight(int i) => i switch { 0 => Far0, 1 => Near0, 2 => Near1, _ => Far1 };

        private static float Near(float t) => (t * ((t * ((-21 / 18f * t) + (27 / 18f))) + (9 / 18f))) + (1 / 18f);

        private static float Far(float t) => t * t * ((7 / 18f * t) - (6 / 18f));
    }
}
