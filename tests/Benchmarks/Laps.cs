using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>Seconds between two marks.</summary>
internal sealed class Laps
{
    private readonly List<double> seconds = [];
    private long last;

    public double Median => Comparison.Median(seconds);

    /// <param name="counts">Whether the time since the mark before counts: the first steps do not.</param>
    public void Mark(bool counts)
    {
        if (counts)
            seconds.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
        last = Stopwatch.GetTimestamp();
    }

    /// <summary>Until a GPU has done what it was asked for.</summary>
    public static void WaitFor(Device? device)
    {
        if (device?.type == DeviceType.CUDA)
            cuda.synchronize();
    }

    /// <summary>Median seconds of one pass, after some that do not count.</summary>
    public static double MedianOf(int warmUp, int timed, Action pass)
    {
        Laps laps = new();
        laps.Mark(counts: false);
        for (int i = 0; i < warmUp + timed; i++)
        {
            pass();
            laps.Mark(counts: i >= warmUp);
        }
        return laps.Median;
    }
}
