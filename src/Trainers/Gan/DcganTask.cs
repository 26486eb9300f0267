using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// How a GAN is trained: a step of both networks, a row in the log, and every so many steps pictures of the same z and a checkpoint. Every step is seeded from the run's seed and its
/// number, so that a checkpoint needs no random state to continue bit for bit.
/// </summary>
internal sealed class DcganTask : TrainerTask, IDisposable
{
    private readonly DcganTrainer.Options options;
    private readonly GanModules modules;
    private readonly GanHistory history;
    private readonly TrainingSession session;
    private readonly TrainingRows rows;
    private readonly GanEvaluator? evaluator;
    private readonly GanRecipe recipe;
    private readonly Adam generatorOptimizer, discriminatorOptimizer;
    private readonly CollapseDetector detector;
    private readonly GanStep step;
    private readonly GanLog? log;
    private long[] order = [];
    private GanLogRow? row;
    private bool isWeightDiverged;

    /// <param name="options">What to do.</param>
    /// <param name="modules">On the session's device, with the checkpoint's weights where the run goes on.</param>
    /// <param name="history">The run so far.</param>
    /// <param name="session">Device and seed.</param>
    /// <param name="rows">Training pictures, in [0, 1], with a one-hot row each where the networks know of classes.</param>
    /// <param name="evaluator">Judges the made pictures; null judges none.</param>
    public DcganTask(DcganTrainer.Options options, GanModules modules, GanHistory history, TrainingSession session, TrainingRows rows, GanEvaluator? evaluator = null)
    {
        (this.options, this.modules, this.history, this.session, this.rows, this.evaluator) = (options, modules, history, session, rows, evaluator);
        recipe = history.Settings.Recipe;
        generatorOptimizer = optim.Adam(modules.Generator.parameters(), recipe.GeneratorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        discriminatorOptimizer = optim.Adam(modules.Discriminator.parameters(), recipe.DiscriminatorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        step = new(recipe, modules.Generator, modules.Discriminator, generatorOptimizer, discriminatorOptimizer);
        detector = new(recipe.Loss);
        foreach (GanLogRow before in history.Rows) detector.Check(before);
        if (options.WorkspacePath is not { } workspace)
            return;
        new DiskWrites(session).Try("the folder is not cleared", () => GanSnapshots.DeleteAfter(workspace, history.Step));
        log = new(workspace, session);
        log.Complete(history.Rows);
    }

    public override IReadOnlyDictionary<string, nn.Module> Networks => modules.ByName;

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers =>
        new Dictionary<string, OptimizerHelper> { ["generator-optimizer"] = generatorOptimizer, ["discriminator-optimizer"] = discriminatorOptimizer };

    public override RunHistory History => history;

    public override long RowsDone => (long)history.Step * recipe.PicturesPerStep;

    public override long RowsPlanned => (long)Steps * recipe.PicturesPerStep;

    public override bool IsOver => history.Step >= Steps;

    public override string Diverged => isWeightDiverged ? "a weight" : "a loss";

    public override string Place => $"step {history.Step + (isWeightDiverged ? 0 : 1)}";

    public override string? Kept => history.Kept > 0 ? $"step {history.Kept} is" : null;

    public override string NothingKept => $"there was a checkpoint to keep ({nameof(options.CheckpointInterval)} {options.CheckpointInterval})";

    public override string Remedy =>
        $"start again in another {nameof(options.WorkspacePath)} with lower {nameof(options.GeneratorLearningRate)} and {nameof(options.DiscriminatorLearningRate)}, or look for broken rows";

    private int Steps => history.Settings.Steps;

    private bool IsSampled => history.Step == Steps || history.Step % options.SampleInterval == 0;

    private bool IsSaved => history.Step == Steps || history.Step % options.CheckpointInterval == 0;

    /// <summary>The steps up to the next pictures or checkpoint.</summary>
    public override IEnumerable<TrainingBatch> Round()
    {
        int batches = (int)(rows.Count / recipe.PicturesPerStep), size = recipe.PicturesPerStep;
        do
        {
            int done = history.Step;
            if (order.Length == 0 || done % batches == 0)
                order = session.OrderOf(rows.Count, done / batches);
            session.SeedEpoch(done);
            long start = (long)(done % batches) * size;
            yield return new(rows.Input.Batch(order, start, size).mul_(2).sub_(1), rows.Label?.Batch(order, start, size)) { Step = done };
        }
        while (!IsSampled && !IsSaved);
    }

    public override bool Step(TrainingBatch batch)
    {
        long began = Stopwatch.GetTimestamp();
        GanLogRow measured = step.Run(batch.Input, recipe.RandomLatent(recipe.BatchSize, session.Device), batch.HasLabel ? batch.Label : null);
        if (!measured.IsFinite)
            return false;
        modules.UpdateAverage(batch.Step);
        row = measured with { Step = (int)batch.Step + 1, Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
        return true;
    }

    public override void Report(ProgressMeter meter)
    {
        history.Add(row!);
        log?.Add(row!);
        if (detector.Check(row!) is { } warning)
        {
            history.Warnings.Add(warning);
            session.Warning(warning);
        }
        options.ProgressCallback?.Invoke(new(
            row!.Step, Steps, row.RealLoss + row.FakeLoss, row.RealLoss, row.FakeLoss, row.GeneratorLoss,
            row.RealProbability, row.FakeProbability, row.Accuracy, meter.ImagesPerSecond, meter.Remaining));
    }

    // The average is never trained, and the other two are never at rest.
    public override void SetTraining(bool training)
    {
        modules.Generator.train();
        modules.Discriminator.train();
    }

    public override bool Validate()
    {
        modules.RefreshAverage(session.Device);
        // The losses are of the weights before this step's update.
        isWeightDiverged = IsSaved && !modules.IsFinite();
        return !isWeightDiverged;
    }

    public override string? Finish(double seconds)
    {
        history.AddTime(seconds);
        return IsSaved ? history.Average().ToString() : null;
    }

    public override void SaveCheckpoint(string workspace)
    {
        log!.Complete(history.Rows);
        GanCheckpoints.Save(workspace, options.KeptCheckpoints, history, Networks, Optimizers);
    }

    public override void TakeSnapshots(string workspace)
    {
        if (IsSampled)
            GanSnapshots.Take(workspace, recipe, modules.Average, history.Step, session.Device);
    }

    public override void Announce()
    {
        if (IsSaved)
            options.MetricsCallback?.Invoke(history.Averages[^1]);
        if (evaluator is null || !(IsSaved || history.Step == options.SampleInterval))
            return;
        // A figure that cannot be had, such as of pictures that are all the same, costs no training.
        try
        {
            history.Quality.Add(new(history.Step, evaluator.Judge(recipe, modules.Average, session.Device)));
        }
        catch (InvalidDataException e)
        {
            session.Warning($"step {history.Step} is not judged: {e.Message}");
        }
    }

    public void Dispose()
    {
        generatorOptimizer.Dispose();
        discriminatorOptimizer.Dispose();
    }
}
