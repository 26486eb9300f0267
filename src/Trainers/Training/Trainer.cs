using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The training loop, of every family and of networks of one's own: rounds of steps, and after each its figures, a checkpoint and pictures; the guard against NaN with the last good
/// weights; progress; cancellation; what happens on a full disk. What is trained is a <see cref="TrainerTask"/>.
/// </summary>
/// <remarks>
/// On a GPU the figures of <see cref="StepsAWindow"/> steps are read at once, so that the processor need not wait for every step; what is told of a step, and what stops a run that
/// diverges, then comes up to so many steps late, and never later than the round's end: before weights are judged, kept or saved.
/// </remarks>
internal sealed class Trainer(TrainingOptions options, TrainingSession session)
{
    /// <summary>Steps whose figures are read together on a GPU.</summary>
    internal const int StepsAWindow = 16;

    private readonly DiskWrites disk = new(session);
    // Processes that train together wait for each other in every step anyway, and on the processor itself nothing is computed later than it was asked for.
    private readonly int window = options.StepsAWindow ?? (session.Device.type == DeviceType.CPU || MpiRanks.Current is not null ? 1 : StepsAWindow);
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
        using ChannelsLast layout = new(task, session.Device);
        using LastGoodWeights lastGood = new(task.Networks.Values);
        using StepFigures figures = task.Figures;
        RunningFiles? running = options.WorkspacePath is { } place ? new(place, session.Family, task.History, options.CommandLine) : null;
        ProgressMeter meter = new(task.RowsDone, task.RowsPlanned);
        // What was made before the first round is then all that there is to keep.
        if (task.RowsPlanned == 0 && task.ResumedFrom is null && options.WorkspacePath is { } only)
            disk.Try("a checkpoint is missing", () => layout.AsUsual(task.SaveCheckpoint, only));
        while (!task.IsOver)
        {
            task.SetTraining(true);
            long started = Stopwatch.GetTimestamp();
            foreach (TrainingBatch batch in task.Round())
            {
                ThrowIfCancelled();
                Step(task, batch);
                meter.Advance(batch.Rows);
                if (task.Figures.Count >= window && !Read(task, meter))
                {
                    Diverge(task, lastGood);
                    return;
                }
            }

            bool finite = Read(task, meter);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            task.SetTraining(false);
            // Running means are a rank's own until here.
            ranks?.Share(task.Networks.Values);
            // The weights after the last step have not been tried yet.
            if (!finite || !OnAllRanks(task.Validate()))
            {
                Diverge(task, lastGood);
                return;
            }

            if (task.Finish(seconds) is { } finished)
            {
                lastGood.Keep();
                session.Info(finished);
                if (options.WorkspacePath is { } folder)
                    disk.Try("a checkpoint is missing", () => layout.AsUsual(task.SaveCheckpoint, folder));
            }

            if (options.WorkspacePath is { } workspace)
                disk.TryPicture("a picture is missing", () => task.TakeSnapshots(workspace));
            if (running is not null)
                disk.TryPicture("the figures so far are missing", running.Write);
            task.Announce();
        }
    }

    private void Step(TrainerTask task, TrainingBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        task.Step(ranks is null ? batch : ranks.ShareOf(batch));
        batch.Dispose();
        if (ranks is { HasAveraged: false })
            throw new NotSupportedException("this network's steps are not shared among the processes of mpirun: train it without.");
    }

    // The figures of the steps since the last time, told one after the other; false at the first that are no numbers.
    private bool Read(TrainerTask task, ProgressMeter meter)
    {
        foreach (bool finite in task.Figures.Read())
        {
            if (!OnAllRanks(finite))
                return false;
            task.Report(meter);
            // Whoever is told of a step may stop the run.
            if (task.Figures.Count > 0)
                ThrowIfCancelled();
        }
        return true;
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
