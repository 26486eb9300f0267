using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>What this machine's matrix multiplication reaches: the limit that speed is held against.</summary>
internal static class MatrixSpeed
{
    public const string Float32 = "this machine's float32 limit", BFloat16 = "this machine's bfloat16 limit";

    private const int Size = 2048, SmallSize = 512;
    private const int Runs = 5;

    /// <summary>Whether bfloat16 is of use here: where the processor has no instructions for it, a step of AlexNet takes minutes.</summary>
    public static bool IsFasterInBFloat16() => Measure(ScalarType.BFloat16, SmallSize) > Measure(ScalarType.Float32, SmallSize);

    /// <summary>Floating-point operations a second on libtorch's threads, the best of a few products of square matrices.</summary>
    public static double Measure(ScalarType type = ScalarType.Float32, int size = Size)
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(size, size).to_type(type), b = randn(size, size).to_type(type);
        a.mm(b).Dispose();
        double best = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            a.mm(b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * size * size * size / best;
    }
}
