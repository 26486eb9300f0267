using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>How a style network is trained: content pictures are painted and compared with the painting's manner and the photograph; after every so many steps the test pictures are painted.</summary>
internal sealed class StyleTask : TrainerTask, IDisposable
{
    private readonly TransformNetwork network;
    private readonly StyleTransferTrainer.Options options;
    private readonly StyleHistory history;
    private readonly TrainingSession session;
    private readonly PictureSet contents;
    private readonly PerceptualLoss loss;
    private readonly StyleJudge judge;
    private readonly StyleSettings settings, known;
    private readonly FusedOptimizers.Adam optimizer;
    private readonly AugmentedFeed feed;
    private readonly ContentOrder order;
    private readonly TemporalLoss? temporal;
    private readonly List<StyleLossTerms> terms = [];
    private Random draws = new(0);
    private int step;
    private double smoothness, rate;
    private StyleLossTerms judged = new(0, 0, 0);
    private IReadOnlyList<(string Name, Picture Painted)> painted = [];

    /// <summary>The network is on the session's device, with the checkpoint's weights where the run goes on.</summary>
    public StyleTask(
        TransformNetwork network, StyleTransferTrainer.Options options, StyleHistory history, TrainingSession session, PictureSet contents, PerceptualLoss loss, StyleJudge judge)
    {
        (this.network, this.options, this.history, this.session, this.contents, this.loss, this.judge) = (network, options, history, session, contents, loss, judge);
        settings = history.Settings;
        known = history.Resumed ?? history.Settings;
        optimizer = new FusedOptimizers.Adam(network.parameters(), settings.LearningRate);
        feed = new(contents, new PictureAugmentation { Size = settings.ImageSize, HorizontalFlip = settings.HorizontalFlip }, null, session.Device);
        order = new(contents, session);
        temporal = settings.TemporalWeight > 0 ? new(settings.TemporalWeight) : null;
        if (options.WorkspacePath is { } workspace)
            new StyleSnapshots(workspace).Begin(StepsDone);
    }

    public override IReadOnlyDictionary<string, nn.Module> Networks => NetworksOf(network);

    public override IReadOnlyDictionary<string, OptimizerHelper> Optimizers => new Dictionary<string, OptimizerHelper> { ["optimizer"] = optimizer };

    public override RunHistory History => history;

    public override long RowsDone => (long)StepsDone * settings.BatchSize;

    public override long RowsPlanned => (long)settings.Steps * settings.BatchSize;

    public override bool IsOver => StepsDone >= settings.Steps;

    public override string Place => $"step {StepsRead}";

    public override string? Kept => StepsDone > 0 ? $"step {StepsDone} is" : null;

    public override string NothingKept => "the first snapshot";

    public override string Remedy => $"lower {nameof(options.LearningRate)} (now {settings.LearningRate}) or {nameof(options.StyleWeight)}";

    private int StepsRead => StepsDone + terms.Count;

    private int StepsDone => history.Epochs.Count == 0 ? 0 : history.Epochs[^1].Step;

    public static IReadOnlyDictionary<string, nn.Module> NetworksOf(TransformNetwork network) => new Dictionary<string, nn.Module> { ["network"] = network };

    public override IEnumerable<TrainingBatch> Round()
    {
        step = StepsDone;
        int until = Math.Min(step + settings.SnapshotInterval, settings.Steps), batch = settings.BatchSize, seed = session.SeedEpoch(history.Epochs.Count + 1);
        draws = new(seed);
        terms.Clear();
        smoothness = 0;
        foreach (PictureBatch pictures in feed.Epoch(order.Of((long)step * batch, (long)until * batch), batch, seed, options.CancellationToken))
            yield return new(pictures.Pixels, pictures.Classes);
    }

    public override void Step(TrainingBatch batch)
    {
        rate = settings.Schedule.At(settings.LearningRate, step, settings.Steps);
        optimizer.SetRate(rate);
        step++;
        // The feed gives 0 to 1.
        Tensor pixels = batch.Input * 255;
        if (settings.AugmentContent)
            pixels = ContentAugmentation.Of(pixels, draws);
        int styles = settings.Shape.Styles;
        Tensor[] style = styles == 1 ? [] : [StyleMixtures.OneEach(batch.Rows, styles, draws, pixels.device)];
        Tensor made = Paint([pixels, .. style]);
        StyleTerms now = style.Length == 0 ? loss.Terms(made, pixels) : loss.Terms(made, pixels, style[0]);
        Tensor? moved = temporal?.Of(Paint, made, pixels, style, draws);
        optimizer.zero_grad();
        (moved is null ? now.Total : now.Total + moved).backward();
        optimizer.AverageGradients();
        if (settings.MaximumGradientNorm is { } longest)
            FusedOptimizers.ClipGradients(network.parameters(), longest);
        optimizer.step();
        Figures.Add([now.Content, now.Style, now.TotalVariation, .. moved is null ? (Tensor[])[] : [moved]], numbers =>
        {
            terms.Add(new(numbers[0], numbers[1], numbers[2]));
            smoothness += moved is null ? 0 : numbers[3];
            return terms[^1].IsFinite;
        });
    }

    // Held-out pictures are judged in float32.
    public override void SetTraining(bool training)
    {
        base.SetTraining(training);
        loss.Precision = training ? settings.Precision : TrainingPrecision.Float32;
    }

    public override void Report(ProgressMeter meter) =>
        options.ProgressCallback?.Invoke(new StyleTransferProgress(StepsRead, settings.Steps, terms[^1], meter.ImagesPerSecond, meter.Remaining));

    public override bool Validate()
    {
        (IReadOnlyList<StyleLossTerms> each, painted) = judge.Judge(network);
        judged = StyleLossTerms.Mean(each);
        return judged.IsFinite;
    }

    public override string Finish(double seconds)
    {
        StyleTransferRound finished = new(step, StyleLossTerms.Mean(terms), judged, rate, terms.Count * settings.BatchSize / seconds)
        {
            Temporal = temporal is null ? null : smoothness / terms.Count,
        };
        if (contents.IsComplete)
            RequireKnown(contents.Hash);
        history.Add(finished, seconds);
        return finished.ToString();
    }

    public override void TakeSnapshots(string workspace) => new StyleSnapshots(workspace).Save(step, painted);

    public override void Announce() => options.MetricsCallback?.Invoke(history.Epochs[^1]);

    public void Dispose()
    {
        feed.Dispose();
        optimizer.Dispose();
    }

    private Tensor Paint(Tensor[] inputs) => settings.Precision.Compute(session.Device, () => network.call(inputs));

    // The checkpoint's pictures, where it knew them and no more steps were asked for since.
    private void RequireKnown(string hash)
    {
        if (known.TrainingData.Length > 0 && known.Steps == settings.Steps && known.TrainingData != hash)
            throw new InvalidOperationException("the content pictures are not those that the run began with: give it those, another WorkspacePath, or no Resume. The checkpoint is as it was.");
        history.Settings = history.Settings with { TrainingData = hash };
    }
}
