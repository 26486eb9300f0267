using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// The rounds that a GAN is trained in: steps of both networks, a row in the log each, up to the next pictures of the same z or the next checkpoint. Every step is seeded from the
/// run's seed and its number, so that a checkpoint needs no random state to continue bit for bit.
/// </summary>
/// <param name="task">On the session's device, with the checkpoint's weights where the run goes on.</param>
/// <param name="options">What to do.</param>
/// <param name="history">The run so far.</param>
/// <param name="course">What it measured so far.</param>
/// <param name="session">Device and seed.</param>
/// <param name="rows">Training pictures, in [0, 1], with a one-hot row each where the networks know of classes.</param>
internal sealed class GanRounds(DcganTask task, DcganTrainer.Options options, GanHistory history, GanCourse course, TrainingSession session, TrainingRows rows) : TrainerTask
{
    private const int SampledPictures = 64, SampleColumns = 8;

    private readonly GanRecipe recipe = history.Settings.Recipe;
    private readonly CollapseDetector detector = course.Detector(history.Settings.Recipe.Loss);
    private readonly StepLog<GanLogRow>? log = course.Begin(options.WorkspacePath, history.Kept, session);
    private long[] order = [];
    // Steps done, and those of them whose figures were read.
    private int step = history.Kept, read = history.Kept;
    private double seconds;
    private bool isWeightDiverged;

    public override IReadOnlyDictionary<string, nn.Module> Networks => task.Networks;

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers => task.Optimizers;

    public override RunHistory History => history;

    public override long RowsDone => (long)step * recipe.PicturesPerStep;

    public override long RowsPlanned => (long)Steps * recipe.PicturesPerStep;

    public override bool IsOver => step >= Steps;

    public override string Diverged => isWeightDiverged ? "a weight" : "a loss";

    public override string Place => $"step {read + (isWeightDiverged ? 0 : 1)}";

    public override string? Kept => history.Kept > 0 ? $"step {history.Kept} is" : null;

    public override string NothingKept => $"there was a checkpoint to keep ({nameof(options.CheckpointInterval)} {options.CheckpointInterval})";

    public override string Remedy =>
        $"start again in another {nameof(options.WorkspacePath)} with lower {nameof(options.GeneratorLearningRate)} and {nameof(options.DiscriminatorLearningRate)}, "
        + "or look for broken rows";

    private int Steps => history.Settings.Steps;

    private bool IsSampled => step == Steps || step % options.SampleInterval == 0;

    private bool IsSaved => step == Steps || step % options.CheckpointInterval == 0;

    public override IEnumerable<TrainingBatch> Round()
    {
        int batches = (int)(rows.Count / recipe.PicturesPerStep), size = recipe.PicturesPerStep;
        do
        {
            int done = step;
            if (order.Length == 0 || done % batches == 0)
                order = session.OrderOf(rows.Count, done / batches);
            session.SeedEpoch(done);
            long start = (long)(done % batches) * size;
            yield return new(rows.Input.Batch(order, start, size).mul_(2).sub_(1), rows.Label?.Batch(order, start, size)) { Step = done };
        }
        while (!IsSampled && !IsSaved);
    }

    public override void Step(TrainingBatch batch)
    {
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<Tensor> measured = task.Step(batch.Input, batch.LabelOrNull);
        task.UpdateAverage(batch.Step);
        step++;
        long ended = Stopwatch.GetTimestamp();
        Figures.Add(measured, numbers =>
        {
            // What keeps the device busy longer is in the time of the last one.
            GanLogRow row = GanLogRow.Of(numbers) with { Step = read + 1, Seconds = Stopwatch.GetElapsedTime(began, read + 1 == step ? Stopwatch.GetTimestamp() : ended).TotalSeconds };
            if (!row.IsFinite)
                return false;
            read++;
            course.Rows.Add(row);
            return true;
        });
    }

    public override void Report(ProgressMeter meter)
    {
        GanLogRow row = course.Rows[^1];
        log?.Add(row);
        if (detector.Check(row) is { } warning)
            history.Warn(session, warning);
        options.ProgressCallback?.Invoke(new(
            row.Step, Steps, row.RealLoss + row.FakeLoss, row.RealLoss, row.FakeLoss, row.GeneratorLoss,
            row.RealProbability, row.FakeProbability, row.Accuracy, meter.ImagesPerSecond, meter.Remaining));
    }

    // The average is never trained, and the other two are never at rest.
    public override void SetTraining(bool training)
    {
        task.Generator.train();
        task.Discriminator.train();
    }

    public override bool Validate()
    {
        task.RefreshAverage(session.Device);
        // The losses are of the weights before this step's update.
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        isWeightDiverged = IsSaved && !Networks.Values.SelectMany(network => network.parameters()).All(weight => weight.isfinite().all().item<bool>());
        return !isWeightDiverged;
    }

    public override string? Finish(double seconds)
    {
        this.seconds += seconds;
        if (!IsSaved)
            return null;
        history.Add(course.Average(history.Kept, Steps, recipe.PicturesPerStep), this.seconds);
        this.seconds = 0;
        return history.Epochs[^1].ToString();
    }

    public override void SaveCheckpoint(string workspace)
    {
        log!.Complete(course.Rows);
        course.Keep(history);
        NumberedFiles files = options.CheckpointsIn(workspace);
        Checkpoint.Save(files[step], history.ToHeader(), Networks, Optimizers);
        foreach ((_, string old) in files.All.SkipLast(options.KeptCheckpoints)) File.Delete(old);
    }

    public override void TakeSnapshots(string workspace)
    {
        if (IsSampled)
            PictureGrid.Save(GanCourse.Samples(workspace)[step], task.Draw(task.Average, first: 0, SampledPictures, session.Device), SampleColumns);
    }

    public override void Announce()
    {
        if (IsSaved)
            options.MetricsCallback?.Invoke(history.Epochs[^1]);
        if (task.Evaluator is not { } evaluator || !(IsSaved || step == options.SampleInterval))
            return;
        if (evaluator.TryJudge((first, count) => task.Draw(task.Average, first, count, session.Device), $"step {step}", session) is { } metrics)
            course.Quality.Add(new(step, metrics));
    }
}
