using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNetGen.Fuzz;

/// <summary>Damaged files one after the other, each through a reader. A position says which file, which damage and which reader, for a seed.</summary>
internal sealed class FuzzRun
{
    // Of one file: what a reader may take beside some times the file's own length.
    private const long MostBytes = 256L << 20, BytesPerByte = 64;

    // Of the whole process, at its highest, beyond what it once took before the run: other tests may have gone before.
    private const long MostPeak = 2L << 30;

    private readonly ulong seed;
    private readonly IReadOnlyList<FuzzReader> turns;
    private readonly IReadOnlyDictionary<SeedKind, Seed[]> seeds;
    private readonly long peakAtStart;
    private long peakBefore;

    /// <param name="seed">Decides everything.</param>
    /// <param name="seeds">Sound files.</param>
    /// <param name="readers">Some or all.</param>
    public FuzzRun(ulong seed, IReadOnlyList<Seed> seeds, IReadOnlyList<FuzzReader> readers)
    {
        this.seed = seed;
        this.seeds = seeds.GroupBy(one => one.Kind).ToDictionary(group => group.Key, group => group.ToArray());
        turns = [.. readers.SelectMany(reader => Enumerable.Repeat(reader, reader.Share))];
        peakAtStart = PeakBytes();
    }

    /// <summary>The file at a position, and who reads it.</summary>
    public (FuzzReader Reader, Seed Seed, byte[] Bytes) At(long position)
    {
        Mutator mutator = new(seed, position);
        FuzzReader reader = turns[mutator.Next(turns.Count)];
        Seed[] own = seeds[reader.Kind];
        Seed one = own[mutator.Next(own.Length)];
        return (reader, one, mutator.Damaged(one.Bytes, own[mutator.Next(own.Length)].Bytes, reader.MendsZips));
    }

    /// <summary>Tries one position.</summary>
    /// <param name="position">Which.</param>
    /// <param name="path">Where the file is written, to be read.</param>
    /// <returns>What is wrong; null where the file was read, or refused as it is documented.</returns>
    public FuzzFailure? Try(long position, string path)
    {
        (FuzzReader reader, Seed one, byte[] bytes) = At(position);
        File.WriteAllBytes(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        string? problem = null;
        using (NewDisposeScope())
        {
            try
            {
                reader.Read(path);
            }
            catch (Exception e) when (reader.Documented.Any(type => type.IsInstanceOfType(e)))
            {
                problem = e.Message.Length == 0 ? "it is refused without a word" : null;
            }
            catch (Exception e)
            {
                problem = e.ToString();
            }
        }
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        if (taken > MostBytes + (BytesPerByte * bytes.Length))
            problem ??= $"it took {taken:N0} bytes for a file of {bytes.Length:N0}";
        if (Stopwatch.GetElapsedTime(started).TotalSeconds is var seconds && seconds > Longest)
            (Longest, Slowest) = (seconds, position);
        // A native library's memory is not .NET's, and it may be given back by now.
        long peak = PeakBytes();
        if (peak > peakAtStart + MostPeak && peak > peakBefore)
            problem ??= $"the process took up to {peak:N0} bytes, {peakAtStart:N0} before the run, for a file of {bytes.Length:N0}";
        peakBefore = peak;
        return problem is null ? null : new(position, reader.Name, one.Name, problem, bytes);
    }

    /// <summary>Seconds that the slowest file took.</summary>
    public double Longest { get; private set; }

    /// <summary>Its position.</summary>
    public long Slowest { get; private set; }

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

/// <summary>A file that a reader did not take as it should.</summary>
/// <param name="Position">With the seed, all that is needed to make it again.</param>
/// <param name="Reader">Who read it.</param>
/// <param name="Seed">The sound file that it was made of.</param>
/// <param name="Problem">What happened.</param>
/// <param name="Bytes">The file.</param>
internal sealed record FuzzFailure(long Position, string Reader, string Seed, string Problem, byte[] Bytes)
{
    public override string ToString() => $"position {Position}, {Seed} through {Reader}: {Problem}";
}
