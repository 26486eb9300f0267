using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>The rows that a task learns from, or is judged by.</summary>
internal sealed record TrainingRows(BatchFeed Input, BatchFeed? Label) : IDisposable
{
    public long Count => Input.Count;

    public void Dispose()
    {
        Input.Dispose();
        Label?.Dispose();
    }
}

/// <summary>
/// The training loop over a <see cref="TrainingTask"/>: order and seeds, learning rate, guard against NaN with the last good weights, progress, figures on held-out rows,
/// checkpoints, snapshots, cancellation.
/// </summary>
internal sealed class Trainer(TrainingTask task, TorchEstimator.Options options, TorchHistory history, TrainingSession session)
{
    private const int ValidationBatch = 250, SnapshotRows = 16, SnapshotColumns = 8;

    private bool isDiskFull;

    public static string SnapshotPath(string workspace, int epoch) => Path.Combine(workspace, "snapshots", $"epoch-{epoch:D3}.png");

    /// <summary>Trains from the history's last epoch to the last one. The networks are on the session's device; a checkpoint's weights are in them.</summary>
    /// <exception cref="TrainingDivergedException">A figure became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the last finished epoch is in the checkpoint.</exception>
    public void Run(TrainingRows train, TrainingRows? held)
    {
        using DisposeScope run = NewDisposeScope();
        double[] rates = [.. task.Optimizers.Values.Select(optimizer => optimizer.ParamGroups.First().LearningRate)];
        LoadOptimizers();
        LastGoodEpoch[] lastGood = [.. task.Networks.Values.Select(network => new LastGoodEpoch(network))];
        try
        {
            int batchSize = history.Settings.BatchSize, batches = (int)((train.Count + batchSize - 1) / batchSize);
            ProgressMeter meter = new(history.Epochs.Count * train.Count, options.Epochs * train.Count);
            for (int epoch = history.Epochs.Count + 1; epoch <= options.Epochs; epoch++)
            {
                session.SeedEpoch(epoch);
                long[] order = session.OrderOf(train.Count, epoch);
                foreach (nn.Module network in task.Networks.Values) network.train();
                MeanFigures sum = new();
                long started = Stopwatch.GetTimestamp();
                for (int batch = 0; batch < batches; batch++)
                {
                    options.CancellationToken.ThrowIfCancellationRequested();
                    long step = (epoch - 1L) * batches + batch;
                    SetRates(rates, step, (long)options.Epochs * batches);
                    int rows = Step(train, order, (long)batch * batchSize, epoch, step, sum);
                    meter.Advance(rows);
                    if (!sum.IsFinite)
                    {
                        Diverge(epoch, batch + 1, lastGood);
                        return;
                    }

                    options.ProgressCallback?.Invoke(new TorchProgress(epoch, options.Epochs, batch + 1, batches, sum.ToDictionary(), meter.ImagesPerSecond, meter.Remaining));
                }

                double speed = train.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
                foreach (nn.Module network in task.Networks.Values) network.eval();
                // The weights after the last step have not been tried yet: a few training rows do where none are held out.
                MeanFigures judged = Validate(held ?? train, held?.Count ?? Math.Min(train.Count, ValidationBatch), epoch);
                if (!judged.IsFinite)
                {
                    Diverge(epoch, batches, lastGood);
                    return;
                }

                TorchEpoch finished = new(epoch, sum.ToDictionary(), held is null ? null : judged.ToDictionary(), speed);
                history.Add(finished, meter.Seconds);
                foreach (LastGoodEpoch kept in lastGood) kept.Keep();
                session.Info(finished.ToString());
                Keep(held ?? train, epoch);
                options.MetricsCallback?.Invoke(finished);
            }
        }
        finally
        {
            foreach (LastGoodEpoch kept in lastGood) kept.Dispose();
        }
    }

    private int Step(TrainingRows train, long[] order, long start, int epoch, long step, MeanFigures sum)
    {
        using DisposeScope scope = NewDisposeScope();
        TrainingBatch batch = new(train.Input.Batch(order, start, history.Settings.BatchSize), train.Label?.Batch(order, start, history.Settings.BatchSize), epoch, step);
        int rows = (int)batch.Input.shape[0];
        sum.Add(task.Step(batch), rows);
        return rows;
    }

    private MeanFigures Validate(TrainingRows rows, long count, int epoch)
    {
        using var noGradient = no_grad();
        MeanFigures sum = new();
        for (long start = 0; start < count; start += ValidationBatch)
        {
            using DisposeScope scope = NewDisposeScope();
            TrainingBatch batch = Slice(rows, start, (int)Math.Min(ValidationBatch, count - start), epoch);
            sum.Add(task.Validate(batch), (int)batch.Input.shape[0]);
        }

        return sum;
    }

    private static TrainingBatch Slice(TrainingRows rows, long start, int count, int epoch) => new(rows.Input.Slice(start, count), rows.Label?.Slice(start, count), epoch, 0);

    private void SetRates(double[] rates, long step, long steps)
    {
        foreach ((OptimizerHelper optimizer, double rate) in task.Optimizers.Values.Zip(rates)) optimizer.SetRate(history.Settings.Schedule.At(rate, step, steps));
    }

    private void LoadOptimizers()
    {
        if (history.Epochs.Count == 0) return;
        foreach ((string name, OptimizerHelper optimizer) in task.Optimizers) Checkpoint.LoadOptimizer(Checkpoint.PathIn(options.WorkspacePath!), name, optimizer);
    }

    private void Diverge(int epoch, int batch, LastGoodEpoch[] lastGood)
    {
        string when = $"a figure became NaN in epoch {epoch}, step {batch}";
        const string Remedy = "lower the optimiser's learning rate or look for broken rows";
        if (history.Epochs.Count == 0) throw new TrainingDivergedException($"{when}, before an epoch was finished: {Remedy}.");
        history.Stopped = $"{when}; epoch {history.Epochs.Count} is kept: {Remedy}.";
        session.Warning(history.Stopped);
        foreach (LastGoodEpoch kept in lastGood) kept.Restore();
    }

    // What is trained is worth more than its files: where they cannot be written, that is said once, and training goes on.
    private void Keep(TrainingRows rows, int epoch)
    {
        if (options.WorkspacePath is not { } workspace) return;
        try
        {
            Checkpoint.Save(Checkpoint.PathIn(workspace), history.ToHeader(), task.Networks, task.Optimizers);
            TakeSnapshot(workspace, rows, epoch);
            isDiskFull = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!isDiskFull) session.Warning($"{e.Message} Training goes on; there is no checkpoint of epoch {epoch}.");
            isDiskFull = true;
        }
    }

    private void TakeSnapshot(string workspace, TrainingRows rows, int epoch)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (task.Snapshot(Slice(rows, 0, (int)Math.Min(SnapshotRows, rows.Count), epoch)) is { } pictures)
            PictureGrid.Save(SnapshotPath(workspace, epoch), pictures.cpu().ToPictures(), SnapshotColumns);
    }

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
