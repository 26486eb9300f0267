using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A <see cref="TrainingTask"/> over rows in memory, by epochs: all rows in an order of their own, with the learning rate's schedule; then figures on rows held out.</summary>
internal sealed class EpochTask<TSettings, TEpoch>(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingSession session, TrainingRows train, TrainingRows? held) : TrainerTask
    where TSettings : EpochSettings
    where TEpoch : ITimed
{
    private const int RowsWithoutHeldOut = 250;

    // Of the optimisers as they were made: a checkpoint's have the rate of its last step.
    private readonly double[] rates = [.. task.Optimizers.Values.Select(optimizer => optimizer.ParamGroups.First().LearningRate)];
    private MeanFigures trained = new(), judged = new();
    private int epoch, batch;

    /// <summary>Makes an epoch's figures of its number, those of training, those on held-out rows, and its rows a second.</summary>
    public required Func<int, IReadOnlyDictionary<string, double>, IReadOnlyDictionary<string, double>?, double, TEpoch> ToEpoch { get; init; }

    /// <summary>Told of every step; null tells nobody, and nothing is averaged for it.</summary>
    public required Action<TorchProgress>? OnStep { get; init; }

    /// <summary>Told of every epoch, after its files are written.</summary>
    public required Action<TEpoch> OnEpoch { get; init; }

    public override IReadOnlyDictionary<string, nn.Module> Networks => task.Networks;

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers => task.Optimizers;

    public override RunHistory History => history;

    public override bool MayLieChannelsLast => task.MayLieChannelsLast;

    public override long RowsDone => history.Epochs.Count * train.Count;

    public override long RowsPlanned => Settings.Epochs * train.Count;

    public override bool IsOver => history.Epochs.Count >= Settings.Epochs;

    public override string Place => $"epoch {epoch}, step {trained.Batches}";

    public override string? Kept => history.Epochs.Count > 0 ? $"epoch {history.Epochs.Count} is" : null;

    public override string Diverged => task.Divergence.What;

    public override string Remedy => task.Divergence.Remedy;

    private EpochSettings Settings => history.Settings;

    private int Batches => (int)((train.Count + Settings.BatchSize - 1) / Settings.BatchSize);

    public override IEnumerable<TrainingBatch> Round()
    {
        (epoch, batch, trained) = (history.Epochs.Count + 1, 0, new());
        int seed = session.SeedEpoch(epoch);
        long[] order = session.OrderOf(train.Count, epoch);
        for (long start = 0; start < train.Count; start += Settings.BatchSize)
        {
            yield return new(train.Input.Batch(order, start, Settings.BatchSize), train.Label?.Batch(order, start, Settings.BatchSize))
            {
                Epoch = epoch,
                Step = (epoch - 1L) * Batches + batch,
                EpochsDone = epoch - 1 + (double)batch / Batches,
                EpochSeed = seed,
            };
        }
    }

    public override void Step(TrainingBatch rows)
    {
        batch++;
        foreach ((OptimizerHelper optimizer, double rate) in task.Optimizers.Values.Zip(rates)) optimizer.SetRate(Settings.Schedule.At(rate, rows.Step, (long)Settings.Epochs * Batches));
        IReadOnlyDictionary<string, double> figures = task.Step(rows);
        // A task of the user's own has read them already.
        if (figures is DeviceFigures later)
            Figures.Add(later.Numbers, numbers => trained.Add(later.ToFigures(numbers), rows.Rows));
        else
            Figures.Add([], _ => trained.Add(figures, rows.Rows));
    }

    public override void Report(ProgressMeter meter) => OnStep?.Invoke(new(epoch, Settings.Epochs, trained.Batches, Batches, trained.ToDictionary(), meter.ImagesPerSecond, meter.Remaining));

    public override bool Validate()
    {
        using var noGradient = no_grad();
        judged = new();
        TrainingRows rows = held ?? train;
        long count = Math.Min(rows.Count, held is null ? Math.Min(RowsWithoutHeldOut, task.ValidationRows) : task.ValidationRows);
        for (long start = 0; start < count; start += task.ValidationBatch)
        {
            using var scope = NewDisposeScope();
            TrainingBatch batch = Slice(rows, start, (int)Math.Min(task.ValidationBatch, count - start));
            judged.Add(task.Validate(batch), batch.Rows);
        }

        return judged.IsFinite;
    }

    public override string Finish(double seconds)
    {
        TEpoch finished = ToEpoch(epoch, trained.ToDictionary(), held is null ? null : judged.ToDictionary(), train.Count / seconds);
        history.Add(finished, seconds);
        return finished!.ToString()!;
    }

    public override void TakeSnapshots(string workspace)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        TrainingRows rows = held ?? train;
        task.TakeSnapshots(workspace, Slice(rows, 0, (int)Math.Min(task.SnapshotRows, rows.Count)));
    }

    public override void Announce() => OnEpoch(history.Epochs[^1]);

    private TrainingBatch Slice(TrainingRows rows, long start, int count) => new(rows.Input.Slice(start, count), rows.Label?.Slice(start, count)) { Epoch = epoch, FirstRow = start };
}
