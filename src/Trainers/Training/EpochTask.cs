using Microsoft.ML;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Rows in memory that a task learns from, or is judged by.</summary>
internal sealed record TrainingRows(BatchFeed Input, BatchFeed? Label = null) : IDisposable
{
    public long Count => Input.Count;

    /// <summary>SHA-256 of the rows as the network gets them, and of the labels.</summary>
    public required string Hash { get; init; }

    /// <summary>Reads a column, and a label column where there is one.</summary>
    /// <param name="column">What networks get.</param>
    /// <param name="label">The label column's name, and what reads its rows; labels of bytes become floats a batch at a time.</param>
    /// <param name="rows">All of them.</param>
    /// <param name="session">Where they go.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="InvalidDataException">A row cannot be read, or the rows come otherwise each time.</exception>
    public static TrainingRows Read(NetworkInput column, (string Name, Func<Tensor> Read)? label, IDataView rows, TrainingSession session, CancellationToken cancel)
    {
        Tensor input = column.Read(rows, cancel);
        Tensor? labels = label?.Read();
        if (labels is not null && labels.shape[0] != input.shape[0])
            throw new InvalidDataException($"there are {input.shape[0]} rows in column '{column.Name}' and {labels.shape[0]} in '{label?.Name}': the rows come otherwise each time they are read.");
        string hash = TrainingData.HashOf(input) + (labels is null ? "" : TrainingData.HashOf(labels));
        BatchFeed? labelFeed = labels is null ? null : new(labels, 1, session.Device, labels.dtype == ScalarType.Byte ? ScalarType.Float32 : labels.dtype);
        return new(new BatchFeed(input, column.Scale, session.Device), labelFeed) { Hash = hash };
    }

    public void Dispose()
    {
        Input.Dispose();
        Label?.Dispose();
    }
}

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

    public override long RowsDone => history.Epochs.Count * train.Count;

    public override long RowsPlanned => Settings.Epochs * train.Count;

    public override bool IsOver => history.Epochs.Count >= Settings.Epochs;

    public override string Place => $"epoch {epoch}, step {batch}";

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

    public override bool Step(TrainingBatch rows)
    {
        batch++;
        foreach ((OptimizerHelper optimizer, double rate) in task.Optimizers.Values.Zip(rates)) optimizer.SetRate(Settings.Schedule.At(rate, rows.Step, (long)Settings.Epochs * Batches));
        trained.Add(task.Step(rows), rows.Rows);
        return trained.IsFinite;
    }

    public override void Report(ProgressMeter meter) => OnStep?.Invoke(new(epoch, Settings.Epochs, batch, Batches, trained.ToDictionary(), meter.ImagesPerSecond, meter.Remaining));

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
