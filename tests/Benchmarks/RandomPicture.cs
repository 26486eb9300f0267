using Microsoft.ML.Data;

namespace MLNetGen.Benchmarks;

/// <summary>Noise to measure speed on.</summary>
internal static class RandomPicture
{
    public static MLImage Of(Random random, int size)
    {
        byte[] bgra = new byte[4 * size * size];
        random.NextBytes(bgra);
        for (int alpha = 3; alpha < bgra.Length; alpha += 4)
            bgra[alpha] = byte.MaxValue;
        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, bgra);
    }
}
