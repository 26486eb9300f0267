namespace MLNetGen;

/// <summary>Sums over pixels of the channels and of their products, in whole numbers: exact, in any order.</summary>
internal sealed class ColorSums(int channels)
{
    private readonly long[] sums = new long[channels];
    private readonly long[,] products = new long[channels, channels];
    private long pixels;

    public void Add(ReadOnlySpan<byte> planes)
    {
        int length = planes.Length / channels;
        pixels += length;
        for (int a = 0; a < channels; a++)
        {
            ReadOnlySpan<byte> first = planes.Slice(a * length, length);
            for (int b = 0; b <= a; b++)
                products[a, b] += Product(first, planes.Slice(b * length, length));
            long sum = 0;
            foreach (byte value in first)
                sum += value;
            sums[a] += sum;
        }
    }

    /// <summary>One a channel, in [0, 1].</summary>
    public double[] Mean() => [.. sums.Select(sum => sum / (255.0 * pixels))];

    /// <summary>Divided by the number of pixels, of values in [0, 1].</summary>
    public double[,] Covariance()
    {
        double[] mean = Mean();
        double[,] covariance = new double[channels, channels];
        for (int a = 0; a < channels; a++)
        {
            for (int b = 0; b <= a; b++)
                covariance[a, b] = covariance[b, a] = products[a, b] / (255.0 * 255.0 * pixels) - mean[a] * mean[b];
        }
        return covariance;
    }

    private static long Product(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        long sum = 0;
        for (int i = 0; i < first.Length; i++)
            sum += first[i] * second[i];
        return sum;
    }
}
