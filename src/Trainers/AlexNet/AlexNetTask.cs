using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>How one network of a run is trained: SGD with momentum on augmented pictures, top-1 and top-5 on held-out ones after every epoch, and the best weights so far where it may stop early.</summary>
internal sealed class AlexNetTask : TrainerTask, IDisposable
{
    private const int ValidationBatch = 250, RowsWithoutHeldOut = 250;

    private readonly AlexNetModule network;
    private readonly PixelNormalization normalization;
    private readonly int member;
    private readonly AlexNetTrainer.Options options;
    private readonly AlexNetHistory history;
    private readonly TrainingSession session;
    private readonly AlexNetData data;
    private readonly AlexNetRecipe recipe;
    private readonly int batchSize, batches;
    private readonly FusedOptimizers.SGD optimizer;
    private readonly ClassLoss loss;
    private readonly AugmentedFeed feed;
    private AlexNetModule? best;
    private IReadOnlyList<double> errorsBefore = [];
    private IReadOnlyList<AlexNetLayer> layers = [];
    private ClassTally tally = new();
    private AlexNetMetrics judged = new(double.NaN, 0, null);
    private int epoch, step;
    private double rate;

    /// <summary>The network is on the session's device, with the checkpoint's weights where the run goes on.</summary>
    public AlexNetTask(
        AlexNetModule network, PixelNormalization normalization, int member, AlexNetTrainer.Options options, AlexNetHistory history, TrainingSession session, AlexNetData data)
    {
        (this.network, this.normalization, this.member, this.options, this.history, this.session, this.data) = (network, normalization, member, options, history, session, data);
        recipe = history.Settings.Recipe;
        batchSize = (int)Math.Min(recipe.BatchSize, data.Train.Count);
        batches = (int)(data.Train.Count / batchSize);
        optimizer = new FusedOptimizers.SGD(network.parameters().Where(p => p.requires_grad), recipe.LearningRate, recipe.Momentum, recipe.WeightDecay, recipe.Nesterov);
        loss = new(recipe.LabelSmoothing, data.ClassWeights is { } weights ? tensor(weights, device: session.Device) : null);
        feed = new(data.Train, recipe.Augmentation, data.Colors, session.Device);
        if (ResumedFrom is { } checkpoint && Checkpoint.Has(checkpoint, AlexNetCheckpoints.Best))
        {
            best = Copy();
            Checkpoint.LoadNetwork(checkpoint, AlexNetCheckpoints.Best, best);
            best.to(session.Device);
        }
    }

    public override IReadOnlyDictionary<string, nn.Module> Networks => new Dictionary<string, nn.Module> { [AlexNetCheckpoints.Network] = network };

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers => new Dictionary<string, OptimizerHelper> { ["optimizer"] = optimizer };

    public override RunHistory History => history;

    public override string? ResumedFrom => history.Of(member).Count > 0 ? AlexNetCheckpoints.PathOf(options.WorkspacePath!, member) : null;

    // Over all networks of the run.
    public override long RowsDone => (long)history.Epochs.Count * batches * batchSize;

    public override long RowsPlanned => (long)recipe.Ensemble * recipe.Epochs * batches * batchSize;

    public override bool IsOver => history.Of(member).Count >= recipe.Epochs || StopsEarly;

    public override string Place => $"epoch {epoch}, step {tally.Batches}";

    public override string? Kept =>
        history.Epochs.Count == 0 ? null
        : member > 1 ? $"the {member - 1} networks before network {member} are"
        : recipe.EarlyStoppingPatience > 0 ? "the best epoch is"
        : $"epoch {history.Of(member).Count} is";

    public override string Remedy => $"lower LearningRate (now {recipe.LearningRate}) or look for broken rows";

    private bool StopsEarly
    {
        get
        {
            IReadOnlyList<double> errors = history.Errors(member);
            return recipe.EarlyStoppingPatience > 0 && errors.Count > recipe.EarlyStoppingPatience && errors.Count - history.KeptEpoch(member) >= recipe.EarlyStoppingPatience;
        }
    }

    public override IEnumerable<TrainingBatch> Round()
    {
        (epoch, step, tally, errorsBefore) = (history.Of(member).Count + 1, 0, new(), history.Errors(member));
        int seed = session.SeedEpoch(epoch, member);
        // In the first epoch as they arrive, where that is in random order already: the rest is being read meanwhile.
        long[] order = epoch == 1 && member == 1 && data.Train.IsShuffled ? [.. Enumerable.Range(0, (int)data.Train.Count)] : session.OrderOf(data.Train.Count, epoch, member);
        foreach (PictureBatch pictures in feed.Epoch(order[..(batches * batchSize)], batchSize, seed, options.CancellationToken))
            yield return new(pictures.Pixels, pictures.Classes) { Epoch = epoch, Step = (epoch - 1L) * batches + step };
    }

    public override void SetTraining(bool training)
    {
        network.train(training);
        if (training)
            FrozenLayers.Rest(network, recipe.TrainedLayers);
    }

    public override void Step(TrainingBatch batch)
    {
        if (batch.Step == 0 && member == 1 && options.WorkspacePath is { } folder)
            TrainingPictures.Save(AlexNetReport.Augmented(folder), batch.Input.ToPictures, session);
        rate = LearningRates.At(recipe, errorsBefore, batch.Step, (long)recipe.Epochs * batches);
        optimizer.SetRate(rate);
        Tensor logits = history.Settings.Precision.Call(network, normalization.call(batch.Input));
        Tensor objective = loss.Of(logits, batch.Label);
        optimizer.zero_grad();
        objective.backward();
        // Without held-out pictures the rate goes by a process's own share, and would differ.
        if (data.Test is not null)
            optimizer.AverageGradients();
        optimizer.step();
        step++;
        long rows = batch.Rows;
        Figures.Add(ClassTally.Of(objective, logits, batch.Label), numbers => tally.Add(numbers, rows));
        if (step == batches)
            layers = LayerProbe.Of(network, normalization, batch.Input);
    }

    public override void Report(ProgressMeter meter) => options.ProgressCallback?.Invoke(new AlexNetProgress(
        epoch, recipe.Epochs, tally.Batches, batches, tally.ToMetrics(data.ClassCount), meter.ImagesPerSecond, meter.Remaining, feed.WaitingShare, member, recipe.Ensemble));

    /// <summary>The first rows, their centre crops; rows of classes that training never saw are left out.</summary>
    public override bool Validate()
    {
        using var noGradient = no_grad();
        PictureSet rows = data.Test ?? data.Train;
        long count = data.Test is null ? Math.Min(data.Train.Count, RowsWithoutHeldOut) : data.Test.Count, seen = 0;
        using AugmentedFeed centred = new(rows, new PictureAugmentation { Size = recipe.Shape.Size }, null, session.Device);
        ClassTally judging = new();
        foreach (PictureBatch pictures in centred.InOrder(ValidationBatch, options.CancellationToken))
        {
            using (pictures)
            using (NewDisposeScope())
            {
                Tensor known = pictures.Classes.ge(0).nonzero().squeeze(1);
                if (known.shape[0] > 0)
                {
                    Tensor logits = network.call(normalization.call(pictures.Pixels.index_select(0, known)));
                    Tensor classes = pictures.Classes.index_select(0, known);
                    judging.Add(nn.functional.cross_entropy(logits, classes), logits, classes);
                }
                seen += pictures.Classes.shape[0];
            }
            if (seen >= count)
                break;
        }
        judged = judging.ToMetrics(data.ClassCount);
        return double.IsFinite(judged.Loss);
    }

    public override string Finish(double seconds)
    {
        AlexNetEpoch finished = new(epoch, tally.ToMetrics(data.ClassCount), data.Test is null ? null : judged, rate, (double)batches * batchSize / seconds, feed.WaitingShare, member) { Layers = layers };
        history.Settings = history.Settings with { TrainingData = data.Train.Hash, ValidationData = data.Test?.Hash };
        history.Add(finished, seconds);
        if (recipe.EarlyStoppingPatience > 0 && history.KeptEpoch(member) == epoch)
            network.CopyStateTo(best ??= Copy());
        return finished.ToString();
    }

    public override void SaveCheckpoint(string workspace) => Checkpoint.Save(
        AlexNetCheckpoints.PathOf(workspace, member), history.ToHeader(),
        best is null ? Networks : new Dictionary<string, nn.Module>(Networks) { [AlexNetCheckpoints.Best] = best }, Optimizers);

    public override void Announce()
    {
        options.MetricsCallback?.Invoke(history.Epochs[^1]);
        if (StopsEarly)
            session.Info($"the validation error has not fallen for {recipe.EarlyStoppingPatience} epochs: training ends with the weights of epoch {history.KeptEpoch(member)}.");
    }

    /// <summary>Leaves in the network the weights to be used: the best, where training may stop early.</summary>
    public void RestoreBest() => best?.CopyStateTo(network);

    public void Dispose()
    {
        feed.Dispose();
        loss.Dispose();
        optimizer.Dispose();
        best?.Dispose();
    }

    private AlexNetModule Copy() => AlexNetModule.Create(network.Shape).to(session.Device);
}
