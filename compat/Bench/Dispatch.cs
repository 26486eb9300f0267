using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace Compat.Bench;

/// <summary>
/// What an operator call costs from C#: the add of 256 floats, its result disposed at once, against the same boxed call
/// in a C++ loop; and that nothing of a million calls lasts.
/// </summary>
internal static class Dispatch
{
    // A round is shorter than a time slice, so that on a busy machine most rounds run undisturbed.
    private const int WarmUpRounds = 100, Rounds = 401, CallsARound = 1_000, LastingCalls = 1_000_000;

    // Four bytes a call: less than a pointer.
    private const long ResidentTolerance = 4L * LastingCalls;

    /// <returns>The exit status: 1 when calls leave something behind. A time over the limit is reported, for a busy
    /// machine explains it too.</returns>
    public static int Run(bool json)
    {
        torch.set_num_threads(1);
        using var a = torch.rand(256);
        using var b = torch.rand(256);

        var comparison = Compare(a, b);
        double allocated = ManagedBytesACall(a, b);
        var (handles, resident) = Lasting(a, b);

        Console.WriteLine(json ? comparison.ToJson() : Describe(comparison, allocated, handles, resident));
        if (handles == 0 && resident <= ResidentTolerance) return 0;
        Console.Error.WriteLine($"error: {LastingCalls:N0} calls, each result disposed, left {handles} tensor handles and {resident:N0} bytes of resident memory, each time");
        return 1;
    }

    private static Comparison Compare(torch.Tensor a, torch.Tensor b)
    {
        var ours = new List<double>();
        var peer = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            double fromCSharp = Time(a, b, CallsARound);
            double fromCpp = BoxedAdd.Time(a, CallsARound);
            if (round < WarmUpRounds) continue;
            ours.Add(fromCSharp);
            peer.Add(fromCpp);
        }
        double floor = Median(peer);
        return new("dispatch", "ns", Median(ours), floor, "the same boxed call in a C++ loop", Limit: 1.5 * floor + 1000);
    }

    private static double Time(torch.Tensor a, torch.Tensor b, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        Call(a, b, calls);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
    }

    private static void Call(torch.Tensor a, torch.Tensor b, int calls)
    {
        for (int k = 0; k < calls; k++) a.add(b).Dispose();
    }

    private static double ManagedBytesACall(torch.Tensor a, torch.Tensor b)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call(a, b, CallsARound);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)CallsARound;
    }

    // The collector takes its working memory in a few steps of megabytes. A leak grows every time, so the least counts.
    private static (long Handles, long ResidentBytes) Lasting(torch.Tensor a, torch.Tensor b)
    {
        long leastHandles = long.MaxValue, leastBytes = long.MaxValue;
        var before = Held();
        for (int k = 0; k < 4; k++)
        {
            Call(a, b, LastingCalls);
            var after = Held();
            leastHandles = Math.Min(leastHandles, after.Handles - before.Handles);
            leastBytes = Math.Min(leastBytes, after.ResidentBytes - before.ResidentBytes);
            before = after;
        }
        return (leastHandles, leastBytes);
    }

    private static (long Handles, long ResidentBytes) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (torch.Tensor.TotalCount, Environment.WorkingSet);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static string Describe(Comparison c, double allocated, long handles, long resident) => string.Create(CultureInfo.InvariantCulture, $"""
        add of 256 floats, result disposed at once, one thread; medians of {Rounds} interleaved rounds of {CallsARound:N0} calls
          from C#                             {c.Ours,7:F0} ns
          {c.PeerName}   {c.Peer,7:F0} ns
          ratio                               {c.Ratio,7:F2}
          limit: 1.5 x the C++ loop + 1000 ns {c.Limit,7:F0} ns   {(c.Ours <= c.Limit ? "within" : "OVER")}, {c.LimitShare:P0} of it
          managed memory a call allocates     {allocated,7:F0} bytes
          lasting after {LastingCalls:N0} calls: {handles:+0;-0;0} tensor handles, {resident / 1024.0:+0;-0;0} KiB resident
        """);
}
