using static TorchSharp.torch;

namespace MLNetGen.Tests.Evaluation;

/// <summary>Normal draws, the same in every run.</summary>
internal static class Gaussians
{
    public static double[][] Rows(int count, int dimension, int seed, double mean = 0, double deviation = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimension).Select(_ => mean + deviation * Draw(random)).ToArray())];
    }

    public static Tensor AsTensor(double[][] rows) => tensor([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length]);

    // Box and Muller 1958.
    private static double Draw(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
