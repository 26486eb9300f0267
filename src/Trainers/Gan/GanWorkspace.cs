using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>A run's log, and what lies in its folder before it begins.</summary>
internal sealed class GanWorkspace(string folder, TrainingSession session) : IDisposable
{
    private readonly DiskWrites disk = new(session);
    private GanLog? log;

    /// <summary>Out of the way with the pictures of another run, or of a part of this one that was lost: they would be shown.</summary>
    public void Begin(GanHistory history)
    {
        disk.Try("the folder is not cleared", () =>
        {
            foreach ((int step, string path) in GanSnapshots.In(folder))
            {
                if (step > history.Step)
                    File.Delete(path);
            }
            File.Delete(Path.Combine(folder, DcganTransformer.NearestPicturesFileName));
        });
        Reopen(history);
    }

    public void Log(GanLogRow row)
    {
        if (log is not null && !disk.Try("the log ends here", () => log.Add(row)))
            Close();
    }

    /// <summary>Begins the log again where it could not be written on.</summary>
    public void Reopen(GanHistory history)
    {
        if (log is null)
            disk.Try("the log is missing", () => log = new GanLog(folder, history.Rows));
    }

    public void Dispose() => Close();

    // What its buffer still holds may not fit on the disk either.
    private void Close()
    {
        GanLog? open = log;
        log = null;
        disk.Try("the end of the log is missing", () => open?.Dispose());
    }
}

/// <summary><c>checkpoints/step-000500.checkpoint</c>, the newest few.</summary>
internal static class GanCheckpoints
{
    private const string Pattern = "step-*.checkpoint";

    // Shorter names first: a millionth step has a digit more.
    private static readonly Comparer<string> Order = Comparer<string>.Create((a, b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b));

    /// <summary>The last one, by its step; null where there is none.</summary>
    public static string? Newest(string? workspace) => workspace is null ? null : All(workspace).LastOrDefault();

    public static void Save(string workspace, int kept, GanHistory history, IReadOnlyDictionary<string, nn.Module> networks, IReadOnlyDictionary<string, OptimizerHelper> optimizers)
    {
        Checkpoint.Save(PathOf(workspace, history.Step), history.ToHeader(), networks, optimizers);
        foreach (string old in All(workspace).SkipLast(kept)) File.Delete(old);
    }

    /// <summary>Before a run from the start: makes the folder, and moves those of another run to one beside them, from which nothing is resumed: they may be all that is left of it.</summary>
    /// <exception cref="IOException">The folder cannot be made, or they cannot be moved: this is said before anything is trained.</exception>
    public static void Begin(string workspace)
    {
        Directory.CreateDirectory(workspace);
        string aside = Path.Combine(Checkpoint.FolderIn(workspace), "previous");
        string[] all = [.. All(workspace)];
        if (all.Length == 0)
            return;
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        Directory.CreateDirectory(aside);
        foreach (string path in all) File.Move(path, Path.Combine(aside, Path.GetFileName(path)));
    }

    private static string PathOf(string workspace, int step) =>
        Path.Combine(Checkpoint.FolderIn(workspace), string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.checkpoint"));

    private static IEnumerable<string> All(string workspace)
    {
        string folder = Checkpoint.FolderIn(workspace);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, Pattern).Order(Order) : [];
    }
}
