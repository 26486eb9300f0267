using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging;

/// <summary>The colour matrix 0.3 R + 0.59 G + 0.11 B, in single precision, drawn over black.</summary>
internal static class Grayscale
{
    public static PixelBuffer Convert(PixelBuffer source)
    {
        var destination = new PixelBuffer(source.Width, source.Height, MLPixelFormat.Bgra32, isOpaque: true);
        byte[] from = source.Bytes;
        byte[] to = destination.Bytes;
        for (int i = 0; i < from.Length; i += 4)
        {
            float alpha = source.IsOpaque ? 1f : from[i + 3] / 255f;
            byte gray = Gray(from[i + source.RedIndex], from[i + 1], from[i + source.BlueIndex], alpha);
            to[i] = to[i + 1] = to[i + 2] = gray;
            to[i + 3] = 255;
        }
        return destination;
    }

    private static byte Gray(int red, int green, int blue, float alpha)
    {
        if (alpha == 0)
            return 0;
        // The filter sees colours without their alpha, which is multiplied in again afterwards.
        float scale = 1f / alpha;
        float r = red * (1 / 255f) * scale;
        float g = green * (1 / 255f) * scale;
        float b = blue * (1 / 255f) * scale;
        float gray = MathF.FusedMultiplyAdd(r, 0.3f, MathF.FusedMultiplyAdd(g, 0.59f, b * 0.11f));
        return (byte)MathF.Round(Math.Clamp(gray, 0f, 1f) * alpha * 255f);
    }
}
