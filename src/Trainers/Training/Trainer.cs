using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The training loop, of every family and of networks of one's own: rounds of steps, and after each its figures, a checkpoint and pictures; the guard against NaN with the last good
/// weights; progress; cancellation; what happens on a full disk. What is trained is a <see cref="TrainerTask"/>.
/// </summary>
internal sealed class Trainer(TrainingOptions options, TrainingSession session)
{
    private readonly DiskWrites disk = new(session);
    private readonly MpiRanks? ranks = MpiRanks.Current;

    /// <summary>Trains from where the task stands to its end. The networks are on the session's device; a checkpoint's weights are in them.</summary>
    /// <exception cref="TrainingDivergedException">A figure became NaN before there was anything to keep.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the last finished round is in the checkpoint.</exception>
    public void Run(TrainerTask task)
    {
        using DisposeScope run = NewDisposeScope();
        if (task.ResumedFrom is { } checkpoint)
            foreach ((string name, OptimizerHelper optimizer) in task.Optimizers) Checkpoint.LoadOptimizer(checkpoint, name, optimizer);
        ranks?.Share(task.Networks.Values);
        using LastGoodWeights lastGood = new(task.Networks.Values);
        RunningFiles? running = options.WorkspacePath is { } place ? new(place, session.Family, task.History, options.CommandLine) : null;
        ProgressMeter meter = new(task.RowsDone, task.RowsPlanned);
        // What was made before the first round is then all that there is to keep.
        if (task.RowsPlanned == 0 && task.ResumedFrom is null && options.WorkspacePath is { } only)
            disk.Try("a checkpoint is missing", () => task.SaveCheckpoint(only));
        while (!task.IsOver)
        {
            task.SetTraining(true);
            long started = Stopwatch.GetTimestamp();
            foreach (TrainingBatch batch in task.Round())
            {
                ThrowIfCancelled();
                if (!Step(task, batch))
                {
                    Diverge(task, lastGood);
                    return;
                }

                meter.Advance(batch.Rows);
                task.Report(meter);
            }

            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            task.SetTraining(false);
            // Running means are a rank's own until here.
            ranks?.Share(task.Networks.Values);
            // The weights after the last step have not been tried yet.
            if (!OnAllRanks(task.Validate()))
            {
                Diverge(task, lastGood);
                return;
            }

            if (task.Finish(seconds) is { } finished)
            {
                lastGood.Keep();
                session.Info(finished);
                if (options.WorkspacePath is { } folder)
                    disk.Try("a checkpoint is missing", () => task.SaveCheckpoint(folder));
            }

            if (options.WorkspacePath is { } workspace)
                disk.TryPicture("a picture is missing", () => task.TakeSnapshots(workspace));
            if (running is not null)
                disk.TryPicture("the figures so far are missing", running.Write);
            task.Announce();
        }
    }

    private bool Step(TrainerTask task, TrainingBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        bool finite = task.Step(ranks is null ? batch : ranks.ShareOf(batch));
        batch.Dispose();
        if (ranks is { HasAveraged: false })
            throw new NotSupportedException("this network's steps are not shared among the processes of mpirun: train it without.");
        return OnAllRanks(finite);
    }

    // What one rank sees, all must act on: they wait for each other.
    private bool OnAllRanks(bool here) => ranks?.All(here) ?? here;

    private void ThrowIfCancelled()
    {
        if (!OnAllRanks(!options.CancellationToken.IsCancellationRequested))
            throw new OperationCanceledException(options.CancellationToken);
    }

    private void Diverge(TrainerTask task, LastGoodWeights lastGood)
    {
        string when = $"{task.Diverged} became NaN in {task.Place}";
        if (task.Kept is not { } kept)
            throw new TrainingDivergedException($"{when}, before {task.NothingKept}: {task.Remedy}.");
        task.History.Stopped = $"{when}; {kept} kept: {task.Remedy}.";
        session.Warning(task.History.Stopped);
        lastGood.Restore();
    }
}

/// <summary>What <see cref="Trainer"/> trains: networks, rounds of steps, and the figures of each.</summary>
internal abstract class TrainerTask
{
    /// <summary>All that learns, by the names that checkpoints know it by.</summary>
    public abstract IReadOnlyDictionary<string, nn.Module> Networks { get; }

    public abstract IReadOnlyDictionary<string, OptimizerHelper> Optimizers { get; }

    public abstract RunHistory History { get; }

    /// <summary>Where the optimisers' state comes from; null for a beginning.</summary>
    public virtual string? ResumedFrom => History.ResumedFrom;

    /// <summary>Rows that the run has learnt from, each time counted.</summary>
    public abstract long RowsDone { get; }

    public abstract long RowsPlanned { get; }

    public abstract bool IsOver { get; }

    /// <summary>The batches of the next epoch, or of the steps up to the next checkpoint. Seeds what is random in it, so that a checkpoint needs no random state.</summary>
    public abstract IEnumerable<TrainingBatch> Round();

    /// <summary>One update of the weights, inside a dispose scope.</summary>
    /// <returns>Whether all its figures are numbers.</returns>
    public abstract bool Step(TrainingBatch batch);

    /// <summary>After every step.</summary>
    public abstract void Report(ProgressMeter meter);

    /// <summary>Figures of the round's weights on rows held out, or on a few training rows where there are none.</summary>
    /// <returns>Whether they are numbers.</returns>
    public abstract bool Validate();

    /// <summary>Takes the round into the history.</summary>
    /// <param name="seconds">What its steps took.</param>
    /// <returns>What to say of it; null where it is not to be kept.</returns>
    public abstract string? Finish(double seconds);

    /// <summary>Tells the user's callback of the round, after its files are written.</summary>
    public abstract void Announce();

    public virtual void SaveCheckpoint(string workspace) => Checkpoint.Save(Checkpoint.PathIn(workspace), History.ToHeader(), Networks, Optimizers);

    public virtual void TakeSnapshots(string workspace)
    {
    }

    /// <summary>Puts dropout and batch normalisation to work, or to rest.</summary>
    public virtual void SetTraining(bool training)
    {
        foreach (nn.Module network in Networks.Values) network.train(training);
    }

    /// <summary>What became NaN.</summary>
    public virtual string Diverged => "the loss";

    /// <summary>The step under way.</summary>
    public abstract string Place { get; }

    /// <summary>What is kept where training ends now, with its verb; null for nothing.</summary>
    public abstract string? Kept { get; }

    /// <summary>What there is none of where nothing is kept.</summary>
    public virtual string NothingKept => "an epoch was finished";

    /// <summary>What to do about NaN.</summary>
    public abstract string Remedy { get; }
}

/// <summary>What a run writes as it goes. A disk that is full, or a picture that cannot be made, costs these files and not the training, which goes on, says so once, and tries again the next time.</summary>
internal sealed class DiskWrites(TrainingSession session)
{
    private readonly HashSet<string> failing = [];

    /// <param name="what">What is missing where it fails, as a sentence's beginning.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>Whether it was written.</returns>
    public bool Try(string what, Action write) => Try(what, write, e => e is IOException or UnauthorizedAccessException);

    /// <summary>The same of a picture, whatever is wrong with it.</summary>
    public bool TryPicture(string what, Action write) => Try(what, write, OptionalPicture.MayCost);

    private bool Try(string what, Action write, Func<Exception, bool> mayCost)
    {
        try
        {
            write();
            failing.Remove(what);
            return true;
        }
        catch (Exception e) when (mayCost(e))
        {
            if (failing.Add(what))
                session.Warning($"{what}: {e.Message} Training goes on.");
            return false;
        }
    }
}

/// <summary>Speed and time left, from the images trained on since it was made.</summary>
internal sealed class ProgressMeter(long done, long total)
{
    private readonly long started = Stopwatch.GetTimestamp();
    private long images;

    public double Seconds => Stopwatch.GetElapsedTime(started).TotalSeconds;

    public double ImagesPerSecond => images / Math.Max(Seconds, 1e-9);

    public TimeSpan Remaining => ImagesPerSecond > 0
        ? TimeSpan.FromSeconds((total - done - images) / ImagesPerSecond)
        : TimeSpan.Zero;

    public void Advance(int count) => images += count;
}
