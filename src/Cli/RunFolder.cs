namespace MLNetGen.Cli;

/// <summary>A folder that a training writes to: a run that it holds is neither overwritten nor mixed with another unless that is asked for.</summary>
internal static class RunFolder
{
    private const string Previous = ".previous";

    // Any of them is left by a run, also by one that was killed.
    private static readonly string[] Traces = ["run.json", ModelFile.Zip, Path.Combine("checkpoints", "*.checkpoint")];

    /// <summary>Makes way for a new run.</summary>
    /// <param name="folder">What <c>--out</c> says.</param>
    /// <param name="resume">Whether the run in it is to go on.</param>
    /// <param name="overwrite">Whether it is to make way: it is moved beside, and replaces the one that was moved there before.</param>
    /// <exception cref="IOException">The folder holds a run, or it cannot be moved.</exception>
    public static void Claim(string folder, bool resume, bool overwrite)
    {
        if (resume && overwrite)
            throw new IOException("--resume goes on with the run in --out, and --overwrite begins another: leave one of them out.");
        bool holdsRun = HoldsRun(folder);
        if (resume && !holdsRun)
            Console.Error.WriteLine($"there is no run in {folder} to go on with: this one begins.");
        if (resume && holdsRun && RunSummary.HasWhole(folder))
            Console.Error.WriteLine($"the run in {folder} is finished: more --epochs or --steps train on; else its files are written again.");
        if (resume || !holdsRun)
            return;
        if (!overwrite)
        {
            throw new IOException($"'{folder}' holds a run: --resume goes on with it, --overwrite begins a new one and keeps the old one as '{PreviousOf(folder)}', "
                + "--out takes another folder.");
        }
        string previous = PreviousOf(folder);
        if (Directory.Exists(previous))
            Directory.Delete(previous, recursive: true);
        Directory.Move(folder, previous);
        Console.Error.WriteLine($"the run in {folder} is kept as {previous}.");
    }

    private static bool HoldsRun(string folder) => Traces.Any(trace =>
        Path.GetDirectoryName(Path.Combine(folder, trace)) is { } place && Directory.Exists(place) && Directory.EnumerateFiles(place, Path.GetFileName(trace)).Any());

    private static string PreviousOf(string folder) => Path.TrimEndingDirectorySeparator(folder) + Previous;
}
