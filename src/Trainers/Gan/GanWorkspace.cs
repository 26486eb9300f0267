using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// What a run writes as it goes: the log, pictures and checkpoints. A disk that is full costs these and not the training,
/// which goes on, says so, and tries again the next time.
/// </summary>
internal sealed class GanWorkspace(string folder, GanRecipe recipe, TrainingSession session) : IDisposable
{
    private readonly GanSnapshots snapshots = new(folder, recipe);
    private GanLog? log;
    private bool logFailed;

    public void Begin(GanHistory history) => log = new GanLog(folder, history.Rows);

    public void Log(GanLogRow row)
    {
        if (!logFailed)
            logFailed = !Try("the log", () => log!.Add(row));
    }

    public void Snapshot(nn.Module<Tensor, Tensor> generator, int step) => Try("a picture", () => snapshots.Take(generator, step, session.Device));

    public void Checkpoint(int kept, GanHistory history, GanModules modules, Adam generator, Adam discriminator) =>
        Try("a checkpoint", () => GanCheckpoints.Save(folder, kept, history, modules, generator, discriminator));

    public void Dispose() => log?.Dispose();

    private bool Try(string what, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            session.Warning($"{what} is missing: {e.Message} Training goes on.");
            return false;
        }
    }
}
