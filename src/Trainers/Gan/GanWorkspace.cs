using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// What a run writes as it goes: the log, pictures and checkpoints. A disk that is full costs these and not the training,
/// which goes on, says so, and tries again at the next checkpoint.
/// </summary>
internal sealed class GanWorkspace(string folder, GanRecipe recipe, TrainingSession session) : IDisposable
{
    private readonly GanSnapshots snapshots = new(folder, recipe);
    private GanLog? log;

    /// <summary>
    /// Out of the way with what lies there of another run, or of a part of this one that was lost: its checkpoints would be
    /// resumed, its pictures shown.
    /// </summary>
    public void Begin(GanHistory history)
    {
        Try("the folder is not cleared", () =>
        {
            if (history.Step == 0)
                GanCheckpoints.SetAside(folder);
            foreach ((int step, string path) in GanSnapshots.In(folder))
            {
                if (step > history.Step)
                    File.Delete(path);
            }
            File.Delete(Path.Combine(folder, DcganTransformer.NearestPicturesFileName));
        });
        OpenLog(history);
    }

    public void Log(GanLogRow row)
    {
        if (log is not null && !Try("the log ends here", () => log.Add(row)))
            CloseLog();
    }

    public void Snapshot(nn.Module<Tensor, Tensor> generator, int step) => Try("a picture is missing", () => snapshots.Take(generator, step, session.Device));

    public void Checkpoint(int kept, GanHistory history, GanModules modules, Adam generator, Adam discriminator)
    {
        Try("a checkpoint is missing", () => GanCheckpoints.Save(folder, kept, history, modules, generator, discriminator));
        if (log is null)
            OpenLog(history);
    }

    public void Dispose() => CloseLog();

    private void OpenLog(GanHistory history) => Try("the log is missing", () => log = new GanLog(folder, history.Rows));

    // What its buffer still holds may not fit on the disk either.
    private void CloseLog()
    {
        GanLog? open = log;
        log = null;
        Try("the end of the log is missing", () => open?.Dispose());
    }

    private bool Try(string what, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            session.Warning($"{what}: {e.Message} Training goes on.");
            return false;
        }
    }
}
