using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNetGen.Cli.Bench;

/// <summary>What this machine's matrix multiplication reaches: the limit that training speed is held against.</summary>
internal static class MatrixSpeed
{
    private const int Size = 2048;
    private const int Runs = 5;

    /// <summary>Floating-point operations a second, float32, the best of a few products of 2048×2048 matrices.</summary>
    public static double Measure(int threads)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            var a = randn(Size, Size);
            var b = randn(Size, Size);
            a.mm(b).Dispose();
            double best = double.PositiveInfinity;
            for (int run = 0; run < Runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                a.mm(b).Dispose();
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            return 2.0 * Size * Size * Size / best;
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
