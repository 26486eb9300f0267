using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>The loop: one network of a run, from where it stands to its last epoch.</summary>
internal sealed class AlexNetTraining(AlexNetTrainer.Options options, AlexNetHistory history, TrainingSession session, AlexNetData data)
{
    private readonly AlexNetRecipe recipe = history.Settings.Recipe;
    private readonly ProgressMeter meter = MeterOf(history, data);

    /// <summary>
    /// Trains <paramref name="network"/>, which is on the session's device, and leaves in it the weights to be used. A loss that becomes NaN ends the run with the
    /// last finished epoch.
    /// </summary>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first epoch ended.</exception>
    public void Run(AlexNetModule network, PixelNormalization normalization, int member)
    {
        using DisposeScope run = NewDisposeScope();
        Parameter[] trained = [.. network.parameters().Where(p => p.requires_grad)];
        using SGD optimizer = optim.SGD(trained, recipe.LearningRate, recipe.Momentum, weight_decay: recipe.WeightDecay, nesterov: recipe.Nesterov);
        using ClassLoss loss = new(recipe.LabelSmoothing, data.ClassWeights is { } weights ? tensor(weights, device: session.Device) : null);
        using AlexNetCheckpoint checkpoint = new(options.WorkspacePath, member, network, optimizer);
        if (history.Of(member).Count > 0)
            checkpoint.LoadOptimizer();
        using LastGoodEpoch lastGood = new(network);
        using TrainingCopy copy = TrainingCopy.Of(network, recipe.Precision);
        using AugmentedFeed feed = new(data.Train, recipe.Augmentation, data.Colors, session.Device);

        int batch = (int)Math.Min(recipe.BatchSize, data.Train.Count);
        int batches = (int)(data.Train.Count / batch);
        for (int epoch = history.Of(member).Count + 1; epoch <= recipe.Epochs && !IsOver(member); epoch++)
        {
            int seed = session.SeedEpoch(epoch, member);
            // In the first epoch as they arrive, where that is in random order already: the rest is being read meanwhile.
            long[] order = epoch == 1 && member == 1 && data.Train.IsShuffled ? InOrder(data.Train.Count) : session.OrderOf(data.Train.Count, epoch, member);
            copy.Train(recipe.TrainedLayers);
            IReadOnlyList<double> errorsBefore = history.Errors(member);
            ClassTally tally = new();
            long started = Stopwatch.GetTimestamp();
            int done = 0;
            double rate = 0;
            IReadOnlyList<AlexNetLayer> layers = [];
            foreach (PictureBatch pictures in feed.Epoch(order[..(batches * batch)], batch, seed, options.CancellationToken))
            {
                using (pictures)
                {
                    options.CancellationToken.ThrowIfCancellationRequested();
                    if (epoch == 1 && done == 0 && member == 1 && options.WorkspacePath is { } folder)
                        AlexNetSnapshots.SaveAugmented(folder, pictures.Pixels, session);
                    rate = LearningRates.At(recipe, errorsBefore, (epoch - 1L) * batches + done, (long)recipe.Epochs * batches);
                    optimizer.SetRate(rate);
                    Step(copy, normalization, loss, optimizer, pictures, tally);
                    if (done == batches - 1)
                        layers = LayerProbe.Of(network, normalization, pictures.Pixels);
                }
                if (!tally.IsFinite)
                {
                    Diverged($"the loss became NaN in epoch {epoch}, step {done + 1}", member, lastGood, checkpoint);
                    return;
                }
                done++;
                meter.Advance(batch);
                options.ProgressCallback?.Invoke(new AlexNetProgress(
                    epoch, recipe.Epochs, done, batches, tally.ToMetrics(data.ClassCount), meter.ImagesPerSecond, meter.Remaining, feed.WaitingShare, member, recipe.Ensemble));
            }
            double speed = (double)batches * batch / Stopwatch.GetElapsedTime(started).TotalSeconds;

            AlexNetMetrics judged = Judge(network, normalization, data.Test ?? data.Train, data.Test is null ? Math.Min(data.Train.Count, JudgedTrainingRows) : data.Test.Count);
            if (!double.IsFinite(judged.Loss))
            {
                Diverged($"the loss became NaN at the end of epoch {epoch}", member, lastGood, checkpoint);
                return;
            }
            AlexNetEpoch finished = new(epoch, tally.ToMetrics(data.ClassCount), data.Test is null ? null : judged, rate, speed, feed.WaitingShare, member) { Layers = layers };
            history.Add(finished, Stopwatch.GetElapsedTime(started).TotalSeconds);
            history.Settings = history.Settings with { TrainingData = data.Train.Hash, ValidationData = data.Test?.Hash };
            lastGood.Keep();
            if (recipe.EarlyStoppingPatience > 0 && history.Errors(member) is var errors && errors.SkipLast(1).All(before => errors[^1] < before))
                checkpoint.KeepBest();
            session.Info(finished.ToString());
            checkpoint.Save(history, session);
            options.MetricsCallback?.Invoke(finished);
        }
        if (recipe.EarlyStoppingPatience > 0)
            checkpoint.RestoreBest();
    }

    private const int JudgeBatch = 250, JudgedTrainingRows = 250;

    private bool IsOver(int member)
    {
        IReadOnlyList<double> errors = history.Errors(member);
        if (recipe.EarlyStoppingPatience == 0 || errors.Count <= recipe.EarlyStoppingPatience)
            return false;
        int best = errors.Index().MinBy(pair => pair.Item).Index;
        bool over = errors.Count - 1 - best >= recipe.EarlyStoppingPatience;
        if (over)
            session.Info($"the validation error has not fallen for {recipe.EarlyStoppingPatience} epochs: training ends with the weights of epoch {best + 1}.");
        return over;
    }

    private static void Step(TrainingCopy copy, PixelNormalization normalization, ClassLoss loss, SGD optimizer, PictureBatch pictures, ClassTally tally)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = copy.Logits(normalization.call(pictures.Pixels));
        Tensor objective = loss.Of(logits, pictures.Classes);
        copy.ClearGradients();
        objective.backward();
        copy.MoveGradients();
        optimizer.step();
        copy.Refresh();
        tally.Add(objective, logits, pictures.Classes);
    }

    /// <summary>The first rows, their centre crops; rows of classes that training never saw are left out.</summary>
    private AlexNetMetrics Judge(AlexNetModule network, PixelNormalization normalization, PictureSet rows, long count)
    {
        network.eval();
        using var noGradient = no_grad();
        using AugmentedFeed feed = new(rows, new PictureAugmentation { Size = recipe.Shape.Size }, null, session.Device);
        ClassTally tally = new();
        long seen = 0;
        foreach (PictureBatch pictures in feed.InOrder(JudgeBatch, options.CancellationToken))
        {
            using (pictures)
            using (NewDisposeScope())
            {
                Tensor known = pictures.Classes.ge(0).nonzero().squeeze(1);
                if (known.shape[0] > 0)
                {
                    Tensor logits = network.call(normalization.call(pictures.Pixels.index_select(0, known)));
                    Tensor classes = pictures.Classes.index_select(0, known);
                    tally.Add(nn.functional.cross_entropy(logits, classes), logits, classes);
                }
                seen += pictures.Classes.shape[0];
            }
            if (seen >= count)
                break;
        }
        return tally.ToMetrics(data.ClassCount);
    }

    private void Diverged(string when, int member, LastGoodEpoch lastGood, AlexNetCheckpoint checkpoint)
    {
        string remedy = $"lower LearningRate (now {recipe.LearningRate}) or look for broken rows";
        if (history.Epochs.Count == 0)
            throw new TrainingDivergedException($"{when}, before an epoch was finished: {remedy}.");
        history.Stopped = member > 1 ? $"{when} of network {member}; the {member - 1} before it are kept: {remedy}."
            : $"{when}; {(recipe.EarlyStoppingPatience > 0 ? "the best epoch" : $"epoch {history.Of(member).Count}")} is kept: {remedy}.";
        session.Warning(history.Stopped);
        lastGood.Restore();
        if (recipe.EarlyStoppingPatience > 0)
            checkpoint.RestoreBest();
    }

    // Over all networks of the run.
    private static ProgressMeter MeterOf(AlexNetHistory history, AlexNetData data)
    {
        AlexNetRecipe recipe = history.Settings.Recipe;
        long batch = Math.Min(recipe.BatchSize, data.Train.Count), epoch = data.Train.Count / batch * batch;
        return new ProgressMeter(history.Epochs.Count * epoch, recipe.Ensemble * (long)recipe.Epochs * epoch);
    }

    private static long[] InOrder(long count)
    {
        long[] order = new long[count];
        for (long row = 0; row < count; row++)
            order[row] = row;
        return order;
    }
}
