using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNetGen.Onnx.Tiling;

/// <summary>Mean and variance by channel, gathered tile by tile.</summary>
internal sealed class ChannelStatistics(int channels)
{
    private readonly double[] sums = new double[channels], squares = new double[channels];
    private long count;

    public void Add(TileView tile)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < tile.Height; y++)
            {
                (double sum, double square) = Sums(tile.Row(channel, y));
                sums[channel] += sum;
                squares[channel] += square;
            }
        }

        count += (long)tile.Height * tile.Width;
    }

    /// <summary>y = x · factor + summand is scale · (x − μ) / √(σ² + ε) + bias.</summary>
    public (float[] Factors, float[] Summands) Affine(double epsilon, float[]? scale, float[]? bias)
    {
        (float[] factors, float[] summands) = (new float[channels], new float[channels]);
        for (int channel = 0; channel < channels; channel++)
        {
            double mean = sums[channel] / count, variance = Math.Max(0, squares[channel] / count - mean * mean);
            double factor = (scale?[channel] ?? 1) / Math.Sqrt(variance + epsilon);
            factors[channel] = (float)factor;
            summands[channel] = (float)((bias?[channel] ?? 0) - mean * factor);
        }

        return (factors, summands);
    }

    private static (double Sum, double Square) Sums(ReadOnlySpan<float> row)
    {
        Vector<double> sum = Vector<double>.Zero, square = Vector<double>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(vector, out Vector<double> low, out Vector<double> high);
            sum += low + high;
            square += low * low + high * high;
        }

        (double total, double totalSquare) = (Vector.Sum(sum), Vector.Sum(square));
        foreach (float value in row[(vectors.Length * Vector<float>.Count)..])
        {
            total += value;
            totalSquare += (double)value * value;
        }

        return (total, totalSquare);
    }
}
