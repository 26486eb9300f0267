using System.Numerics;

namespace MLNetGen;

/// <summary>
/// A random stream of one row, so that any row can be computed alone, in any order, and comes out the same.
/// </summary>
/// <remarks>
/// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 17.
/// System.Random costs more to seed than a row needs, and its streams of neighbouring seeds are correlated.
/// </remarks>
internal struct RowRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong state;

    public RowRandom(int seed, int row) => state = Mix(Mix((uint)seed + GoldenGamma) ^ BitOperations.RotateLeft((uint)row + 1ul, 32));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Two independent standard normal numbers (Box and Muller 1958).</summary>
    public (double First, double Second) NextGaussianPair()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));   // 1 - u is never 0
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        return (radius * cos, radius * sin);
    }

    private ulong Next() => Mix(state += GoldenGamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
