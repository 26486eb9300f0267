using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Rows in memory that a task learns from, or is judged by.</summary>
internal sealed record TrainingRows(BatchFeed Input, BatchFeed? Label = null) : IDisposable
{
    public long Count => Input.Count;

    public void Dispose()
    {
        Input.Dispose();
        Label?.Dispose();
    }
}

/// <summary>Where an epoch stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In all.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Figures">Means over this epoch's rows so far.</param>
internal sealed record EpochProgress(int Epoch, int Epochs, int Batch, int Batches, IReadOnlyDictionary<string, double> Figures);

/// <summary>A <see cref="TrainingTask"/> over rows in memory, by epochs: all rows in an order of their own, with the learning rate's schedule; then figures on rows held out.</summary>
internal sealed class EpochTask<TSettings, TEpoch>(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingSession session, TrainingRows train, TrainingRows? held) : TrainerTask
    where TSettings : RunSettings
    where TEpoch : ITimed
{
    private const int RowsWithoutHeldOut = 250;

    // Of the optimisers as they were made: a checkpoint's have the rate of its last step.
    private readonly double[] rates = [.. task.Optimizers.Values.Select(optimizer => optimizer.ParamGroups.First().LearningRate)];
    private MeanFigures trained = new(), judged = new();
    private int epoch, batch;

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>Makes an epoch's figures of its number, those of training, those on held-out rows, and its rows a second.</summary>
    public required Func<int, IReadOnlyDictionary<string, double>, IReadOnlyDictionary<string, double>?, double, TEpoch> ToEpoch { get; init; }

    public Action<EpochProgress, ProgressMeter>? Progress { get; init; }

    public Action<TEpoch>? MetricsCallback { get; init; }

    /// <summary>Rows that are judged at a time.</summary>
    public int ValidationBatch { get; init; } = RowsWithoutHeldOut;

    /// <summary>How many held-out rows are judged, the first ones.</summary>
    public long ValidationRows { get; init; } = long.MaxValue;

    public string WhatDiverged { get; init; } = "the loss";

    public required string RemedyOfDivergence { get; init; }

    public override IReadOnlyDictionary<string, nn.Module> Networks => task.Networks;

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers => task.Optimizers;

    public override RunHistory History => history;

    public override long RowsDone => history.Epochs.Count * train.Count;

    public override long RowsPlanned => Epochs * train.Count;

    public override bool IsOver => history.Epochs.Count >= Epochs;

    public override string Place => $"epoch {epoch}, step {batch}";

    public override string? Kept => history.Epochs.Count > 0 ? $"epoch {history.Epochs.Count} is" : null;

    public override string Diverged => WhatDiverged;

    public override string Remedy => RemedyOfDivergence;

    private int Batches => (int)((train.Count + BatchSize - 1) / BatchSize);

    public override IEnumerable<TrainingBatch> Round()
    {
        (epoch, batch, trained) = (history.Epochs.Count + 1, 0, new());
        int seed = session.SeedEpoch(epoch);
        long[] order = session.OrderOf(train.Count, epoch);
        for (long start = 0; start < train.Count; start += BatchSize)
        {
            yield return new(train.Input.Batch(order, start, BatchSize), train.Label?.Batch(order, start, BatchSize))
            {
                Epoch = epoch,
                Step = (epoch - 1L) * Batches + batch,
                EpochsDone = epoch - 1 + (double)batch / Batches,
                EpochSeed = seed,
            };
        }
    }

    public override bool Step(TrainingBatch rows)
    {
        batch++;
        foreach ((OptimizerHelper optimizer, double rate) in task.Optimizers.Values.Zip(rates)) optimizer.SetRate(Schedule.At(rate, rows.Step, (long)Epochs * Batches));
        trained.Add(task.Step(rows), rows.Rows);
        return trained.IsFinite;
    }

    public override void Report(ProgressMeter meter) => Progress?.Invoke(new(epoch, Epochs, batch, Batches, trained.ToDictionary()), meter);

    public override bool Validate()
    {
        using var noGradient = no_grad();
        judged = new();
        TrainingRows rows = held ?? train;
        long count = Math.Min(rows.Count, held is null ? Math.Min(RowsWithoutHeldOut, ValidationRows) : ValidationRows);
        for (long start = 0; start < count; start += ValidationBatch)
        {
            using var scope = NewDisposeScope();
            TrainingBatch batch = Slice(rows, start, (int)Math.Min(ValidationBatch, count - start));
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

    public override void Announce() => MetricsCallback?.Invoke(history.Epochs[^1]);

    private TrainingBatch Slice(TrainingRows rows, long start, int count) => new(rows.Input.Slice(start, count), rows.Label?.Slice(start, count)) { Epoch = epoch, FirstRow = start };

    /// <summary>Figures by name, averaged over rows.</summary>
    private sealed class MeanFigures
    {
        private readonly OrderedDictionary<string, double> sums = [];
        private long rows;

        public bool IsFinite => sums.Values.All(double.IsFinite);

        public void Add(IReadOnlyDictionary<string, double> figures, int count)
        {
            rows += count;
            foreach ((string name, double value) in figures) sums[name] = sums.GetValueOrDefault(name) + value * count;
        }

        public IReadOnlyDictionary<string, double> ToDictionary() => sums.ToDictionary(sum => sum.Key, sum => sum.Value / rows);
    }
}
