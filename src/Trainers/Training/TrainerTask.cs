using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What <see cref="Trainer"/> trains: networks, rounds of steps, and the figures of each.</summary>
internal abstract class TrainerTask
{
    /// <summary>All that learns, by the names that checkpoints know it by.</summary>
    public abstract IReadOnlyDictionary<string, nn.Module> Networks { get; }

    public abstract IReadOnlyDictionary<string, OptimizerHelper> Optimizers { get; }

    public abstract RunHistory History { get; }

    /// <summary>Whether its networks compute the same however their weights lie in memory (<see cref="ChannelsLast"/>).</summary>
    public virtual bool MayLieChannelsLast => true;

    /// <summary>Where the optimisers' state comes from; null for a beginning.</summary>
    public virtual string? ResumedFrom => History.ResumedFrom;

    /// <summary>Rows that the run has learnt from, each time counted.</summary>
    public abstract long RowsDone { get; }

    public abstract long RowsPlanned { get; }

    public abstract bool IsOver { get; }

    /// <summary>The batches of the next epoch, or of the steps up to the next checkpoint. Seeds what is random in it, so that a checkpoint needs no random state.</summary>
    public abstract IEnumerable<TrainingBatch> Round();

    /// <summary>What the steps since the last reading measured; <see cref="Step"/> adds to them.</summary>
    public StepFigures Figures { get; } = new();

    /// <summary>One update of the weights, inside a dispose scope, which leaves its <see cref="Figures"/>.</summary>
    public abstract void Step(TrainingBatch batch);

    /// <summary>After every step, when its figures are read.</summary>
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

    /// <summary>The step whose figures were read last.</summary>
    public abstract string Place { get; }

    /// <summary>What is kept where training ends now, with its verb; null for nothing.</summary>
    public abstract string? Kept { get; }

    /// <summary>What there is none of where nothing is kept.</summary>
    public virtual string NothingKept => "an epoch was finished";

    /// <summary>What to do about NaN.</summary>
    public abstract string Remedy { get; }
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
