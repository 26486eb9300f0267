using System.Runtime.Intrinsics;

namespace Microsoft.ML.Imaging.Resizing;

/// <summary>The Mitchell–Netravali cubic (B = C = 1/3) over 4 × 4 pixels, edges repeated; colours stay within [0, alpha].</summary>
internal static class Bicubic
{
    public static void Draw(PixelBuffer source, PixelBuffer destination, Axis across, Axis down)
    {
        Vector128<float>[] pixels = ToUnit(source.Bytes);
        Tap[] columns = Taps(across, source.Width);
        Tap[] rows = Taps(down, source.Height);
        for (int y = down.From; y < down.To; y++)
        {
            ref readonly Tap row = ref rows[y - down.From];
            Span<byte> to = destination.Bytes.AsSpan(y * destination.Stride, destination.Stride);
            for (int x = across.From; x < across.To; x++)
            {
                ref readonly Tap column = ref columns[x - across.From];
                var sum = Vector128<float>.Zero;
                sum = AddRow(sum, pixels, source.Width * row.Index0, column, row.Weight0);
                sum = AddRow(sum, pixels, source.Width * row.Index1, column, row.Weight1);
                sum = AddRow(sum, pixels, source.Width * row.Index2, column, row.Weight2);
                sum = AddRow(sum, pixels, source.Width * row.Index3, column, row.Weight3);
                Store(sum, to[(x * 4)..]);
            }
        }
    }

    private static Vector128<float> AddRow(Vector128<float> sum, Vector128<float>[] pixels, int start, in Tap column, float weight)
    {
        sum = Vector128.FusedMultiplyAdd(Vector128.Create(column.Weight0 * weight), pixels[start + column.Index0], sum);
        sum = Vector128.FusedMultiplyAdd(Vector128.Create(column.Weight1 * weight), pixels[start + column.Index1], sum);
        sum = Vector128.FusedMultiplyAdd(Vector128.Create(column.Weight2 * weight), pixels[start + column.Index2], sum);
        return Vector128.FusedMultiplyAdd(Vector128.Create(column.Weight3 * weight), pixels[start + column.Index3], sum);
    }

    private static void Store(Vector128<float> sum, Span<byte> pixel)
    {
        float alpha = Math.Clamp(sum[3], 0f, 1f);
        sum = Vector128.Min(Vector128.Max(sum, Vector128<float>.Zero), Vector128.Create(alpha));
        Vector128<int> bytes = Vector128.ConvertToInt32(Vector128.Round(sum * 255f));
        for (int channel = 0; channel < 4; channel++)
            pixel[channel] = (byte)bytes[channel];
    }

    private static Vector128<float>[] ToUnit(byte[] bytes)
    {
        var pixels = new Vector128<float>[bytes.Length / 4];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = Vector128.Create(bytes[4 * i], bytes[(4 * i) + 1], bytes[(4 * i) + 2], (float)bytes[(4 * i) + 3]) * (1 / 255f);
        return pixels;
    }

    private static Tap[] Taps(Axis axis, int length)
    {
        var taps = new Tap[axis.To - axis.From];
        for (int i = 0; i < taps.Length; i++)
            taps[i] = new Tap(axis.Position(axis.From + i), length);
        return taps;
    }

    /// <summary>The four pixels about a position on one axis, and their weights.</summary>
    private readonly struct Tap
    {
        public readonly int Index0;
        public readonly int Index1;
        public readonly int Index2;
        public readonly int Index3;
        public readonly float Weight0;
        public readonly float Weight1;
        public readonly float Weight2;
        public readonly float Weight3;

        public Tap(float centre, int length)
        {
            float shifted = centre + 0.5f;
            float fraction = shifted - MathF.Floor(shifted);
            int start = (int)MathF.Floor(centre - 1.5f);
            Index0 = Math.Clamp(start, 0, length - 1);
            Index1 = Math.Clamp(start + 1, 0, length - 1);
            Index2 = Math.Clamp(start + 2, 0, length - 1);
            Index3 = Math.Clamp(start + 3, 0, length - 1);
            Weight0 = Far(1 - fraction);
            Weight1 = Near(1 - fraction);
            Weight2 = Near(fraction);
            Weight3 = Far(fraction);
        }

        private static float Near(float t) => (t * ((t * ((-21 / 18f * t) + (27 / 18f))) + (9 / 18f))) + (1 / 18f);

        private static float Far(float t) => t * t * ((7 / 18f * t) - (6 / 18f));
    }
}
