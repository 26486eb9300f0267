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
    public static bool IsFasterInBFloat16(Device device) => Measure(ScalarType.BFloat16, SmallSize, device) > Measure(ScalarType.Float32, SmallSize, device);

    /// <summary>What ours is trained in, one after the other: float32, and bfloat16 where it is of use.</summary>
    public static IReadOnlyList<TrainingPrecision> Precisions(Device device)
    {
        if (IsFasterInBFloat16(device)) return [TrainingPrecision.Float32, TrainingPrecision.BFloat16];
        Console.Error.WriteLine("training in bfloat16 is skipped: this processor multiplies in it slower than in float32, as those without AVX512-BF16 do");
        return [TrainingPrecision.Float32];
    }

    /// <summary>As it follows the name of what was measured.</summary>
    public static string In(TrainingPrecision precision) => precision == TrainingPrecision.BFloat16 ? " in bfloat16" : "";

    /// <summary>Floating-point operations a second on libtorch's threads, the best of a few products of square matrices.</summary>
    public static double Measure(ScalarType type = ScalarType.Float32, int size = Size, Device? device = null)
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(size, size, device: device).to_type(type), b = randn(size, size, device: device).to_type(type);
        Product();
        double best = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            Product();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * size * size * size / best;

        void Product()
        {
            a.mm(b).Dispose();
            Laps.WaitFor(device);
        }
    }
}
