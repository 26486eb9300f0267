using System.Globalization;

namespace MLNetGen.Benchmarks;

/// <summary>How far this process' memory rises while something runs, as Linux counts it.</summary>
internal sealed class PeakMemory
{
    private const string ResetPeak = "5";

    private readonly long before;

    private PeakMemory(long before) => this.before = before;

    /// <summary>Starts counting; null where the system does not say.</summary>
    public static PeakMemory? Start()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", ResetPeak);
        return new(Read("VmRSS"));
    }

    /// <summary>Bytes by which memory was at most above where it was at the start.</summary>
    public long Rise() => Read("VmHWM") - before;

    /// <summary>The most bytes that this process ever had; null where the system does not say.</summary>
    public static long? OfProcess() => OperatingSystem.IsLinux() ? Read("VmHWM") : null;

    private static long Read(string key)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(key + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
