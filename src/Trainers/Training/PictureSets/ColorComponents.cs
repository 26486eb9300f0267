using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Mean, deviation and principal components of the colours of a set's pixels, in the units of the feed, [0, 1]. Noise
/// along the components changes the light of a picture and not its things.
/// </summary>
/// <remarks>
/// Krizhevsky, Sutskever and Hinton 2012, section 4.1: to every pixel of a picture Σ pᵢ αᵢ λᵢ is added, with pᵢ and λᵢ
/// eigenvector and eigenvalue i of the 3×3 covariance of the colours, and αᵢ ~ N(0, 0.1) drawn once a picture.
/// </remarks>
internal sealed class ColorComponents
{
    /// <summary>Pictures looked at: 65 million pixels at 256×256.</summary>
    public const int MaxPictures = 1000;

    private ColorComponents(double[] mean, double[] deviation, SymmetricEigen eigen)
    {
        (Mean, Deviation) = (mean, deviation);
        (Values, Vectors) = (eigen.Values, eigen.Vectors);
    }

    /// <summary>One a channel.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>One a channel, of all pixels (divided by their number).</summary>
    public IReadOnlyList<double> Deviation { get; }

    /// <summary>Eigenvalues of the covariance, the largest first.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Their eigenvectors, of length 1, the largest entry positive.</summary>
    public IReadOnlyList<double[]> Vectors { get; }

    /// <summary>
    /// Of the first <paramref name="pictures"/> of a shuffled set, which it waits for; of as many, evenly spread, of a
    /// set in its own order, where the first may be all of one class.
    /// </summary>
    public static ColorComponents Of(PictureSet set, int pictures = MaxPictures, CancellationToken cancel = default)
    {
        long count = Math.Min(pictures, set.Count);
        var sums = new ColorSums(set.Channels);
        byte[] scratch = new byte[set.RowLength];
        for (long i = 0; i < count; i++)
        {
            long row = set.IsShuffled ? i : i * set.Count / count;
            set.WaitFor(row, cancel);
            cancel.ThrowIfCancellationRequested();
            sums.Add(set.Pixels(row, scratch));
        }
        double[,] covariance = sums.Covariance();
        return new ColorComponents(
            sums.Mean(),
            // Of one colour throughout, the mean of squares less the square of the mean may round to below 0.
            [.. Enumerable.Range(0, set.Channels).Select(channel => Math.Sqrt(Math.Max(0, covariance[channel, channel])))],
            SymmetricEigen.Of(covariance));
    }

    /// <summary>Σ pᵢ αᵢ λᵢ, one number a channel.</summary>
    public void Noise(ReadOnlySpan<double> alphas, Span<float> noise)
    {
        for (int channel = 0; channel < noise.Length; channel++)
        {
            double sum = 0;
            for (int i = 0; i < alphas.Length; i++)
                sum += Vectors[i][channel] * alphas[i] * Values[i];
            noise[channel] = (float)sum;
        }
    }
}

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

/// <summary>Eigenvalues, the largest first, and eigenvectors, the largest entry positive, of a small symmetric matrix.</summary>
internal sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    public static SymmetricEigen Of(double[,] matrix)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor values, Tensor vectors) = linalg.eigh(tensor(matrix, dtype: float64));
        // Ascending, a vector a column.
        double[][] columns = [.. Enumerable.Range(1, matrix.GetLength(0)).Select(i => vectors[.., ^i].data<double>().ToArray())];
        return new SymmetricEigen([.. values.flip(0).data<double>()], [.. columns.Select(column => column.MaxBy(Math.Abs) < 0 ? [.. column.Select(value => -value)] : column)]);
    }
}
