using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// The loop. Every step is seeded from the run's seed and its number, so that a checkpoint needs no random state to
/// continue bit for bit.
/// </summary>
internal sealed class GanTraining(DcganTrainer.Options options, GanModules modules, GanHistory history, TrainingSession session, GanEvaluator? evaluator = null)
{
    private readonly GanRecipe recipe = history.Settings.Recipe;
    private readonly CollapseWatch watch = new(history.Settings.Recipe.Loss);

    /// <param name="rows">Training pictures.</param>
    /// <param name="checkpoint">Where the optimisers' state is taken from; null begins anew.</param>
    /// <param name="classes">A one-hot row each where the networks know of classes, else null.</param>
    public void Run(BatchFeed rows, string? checkpoint, BatchFeed? classes = null)
    {
        using DisposeScope run = NewDisposeScope();
        using Adam generatorOptimizer = optim.Adam([.. modules.Generator.parameters()], recipe.GeneratorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        using Adam discriminatorOptimizer = optim.Adam([.. modules.Discriminator.parameters()], recipe.DiscriminatorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        if (checkpoint is not null)
            GanCheckpoints.LoadOptimizers(checkpoint, generatorOptimizer, discriminatorOptimizer);
        foreach (GanLogRow row in history.Rows) watch.See(row);
        GanAverage average = new(recipe, modules.Generator, modules.Average);
        GanStep step = new(recipe, modules.Generator, modules.Discriminator, generatorOptimizer, discriminatorOptimizer);
        using GanWorkspace? workspace = options.WorkspacePath is { } folder ? new(folder, recipe, session) : null;
        workspace?.Begin(history);
        using LastGoodEpoch goodAverage = new(modules.Average), goodDiscriminator = new(modules.Discriminator);

        int batches = (int)(rows.Count / recipe.PicturesPerStep), steps = history.Settings.Steps;
        ProgressMeter meter = new((long)history.Step * recipe.PicturesPerStep, (long)steps * recipe.PicturesPerStep);
        long[] order = [];
        modules.Generator.train();
        modules.Discriminator.train();
        for (int done = history.Step; done < steps; done++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (order.Length == 0 || done % batches == 0)
                order = session.OrderOf(rows.Count, done / batches);
            session.SeedEpoch(done);
            long began = Stopwatch.GetTimestamp();
            GanLosses losses;
            using (Tensor real = rows.Batch(order, (long)(done % batches) * recipe.PicturesPerStep, recipe.PicturesPerStep).mul_(2).sub_(1))
            using (Tensor latent = recipe.RandomLatent(recipe.BatchSize, session.Device))
            using (Tensor? ofReal = classes?.Batch(order, (long)(done % batches) * recipe.PicturesPerStep, recipe.PicturesPerStep))
                losses = step.Run(real, latent, ofReal);
            if (!losses.IsFinite)
            {
                Restore(done + 1, "a loss");
                return;
            }
            average.Update(done);
            meter.Advance(recipe.PicturesPerStep);
            Record(GanLogRow.Of(done + 1, losses, Stopwatch.GetElapsedTime(began).TotalSeconds), meter, workspace);

            bool last = done + 1 == steps, sample = last || (done + 1) % options.SampleInterval == 0, save = last || (done + 1) % options.CheckpointInterval == 0;
            if (!sample && !save)
                continue;
            average.Refresh(session.Device);
            if (sample)
                workspace?.Snapshot(modules.Average, done + 1);
            if (save)
            {
                // The losses are of the weights before this step's update.
                if (!modules.IsFinite())
                {
                    Restore(done + 1, "a weight");
                    return;
                }
                goodAverage.Keep();
                goodDiscriminator.Keep();
                history.Kept = done + 1;
                DcganAverages averages = history.Average();
                session.Info(averages.ToString());
                workspace?.Checkpoint(options.KeptCheckpoints, history, modules, generatorOptimizer, discriminatorOptimizer);
                options.MetricsCallback?.Invoke(averages);
            }
            if (evaluator is not null && (save || done + 1 == options.SampleInterval))
                Judge(done + 1);
        }

        // A figure that cannot be had, such as of pictures that are all the same, costs no training.
        void Judge(int step)
        {
            try
            {
                history.Add(new DcganQuality(step, evaluator!.Judge(recipe, modules.Average, session.Device)));
            }
            catch (InvalidDataException e)
            {
                session.Warning($"step {step} is not judged: {e.Message}");
            }
        }

        void Restore(int step, string what)
        {
            Diverged(step, what);
            goodAverage.Restore();
            goodDiscriminator.Restore();
        }
    }

    private void Record(GanLogRow row, ProgressMeter meter, GanWorkspace? workspace)
    {
        history.Add(row, meter.Seconds);
        workspace?.Log(row);
        if (watch.See(row) is { } warning)
        {
            history.Warnings.Add(warning);
            session.Warning(warning);
        }
        options.ProgressCallback?.Invoke(new(
            row.Step, history.Settings.Steps, row.RealLoss + row.FakeLoss, row.RealLoss, row.FakeLoss, row.GeneratorLoss,
            row.RealProbability, row.FakeProbability, row.Accuracy, meter.ImagesPerSecond, meter.Remaining));
    }

    private void Diverged(int step, string what)
    {
        string when = $"{what} became NaN in step {step}";
        const string Remedy = "start again in another WorkspacePath with lower GeneratorLearningRate and DiscriminatorLearningRate, or look for broken rows";
        if (history.Kept == 0)
            throw new TrainingDivergedException($"{when}, before there was a checkpoint to keep (CheckpointInterval {options.CheckpointInterval}): {Remedy}.");
        history.Stopped = $"{when}; step {history.Kept} is kept: {Remedy}.";
        session.Warning(history.Stopped);
    }
}
