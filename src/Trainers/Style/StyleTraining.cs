using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// The loop: rounds of steps with a snapshot and a checkpoint after each. Everything random in a round follows from the run's seed and its number.
/// </summary>
internal sealed class StyleTraining(StyleTransferTrainer.Options options, StyleHistory history, TrainingSession session, PictureSet contents, PerceptualLoss loss, StyleJudge judge)
{
    public const string NetworkPart = "network", OptimizerPart = "optimizer";

    private readonly StyleSettings settings = history.Settings, known = history.Resumed ?? history.Settings;

    /// <summary>Trains <paramref name="network"/>, which is on the session's device. A loss that becomes NaN ends the run with the last finished round.</summary>
    /// <exception cref="TrainingDivergedException">The loss became NaN in the first round.</exception>
    public void Run(TransformNetwork network)
    {
        using DisposeScope run = NewDisposeScope();
        using Adam optimizer = optim.Adam([.. network.parameters()], settings.LearningRate);
        if (history.Step > 0)
            Checkpoint.LoadOptimizer(Checkpoint.PathIn(options.WorkspacePath!), OptimizerPart, optimizer);
        StyleSnapshots? snapshots = options.WorkspacePath is { } folder ? new(folder) : null;
        snapshots?.Begin(history.Step);
        using LastGoodEpoch lastGood = new(network);
        using AugmentedFeed feed = new(contents, new PictureAugmentation { Size = settings.ImageSize, HorizontalFlip = settings.HorizontalFlip }, null, session.Device);
        ContentOrder order = new(contents, session);
        TemporalLoss? temporal = settings.TemporalWeight > 0 ? new(settings.TemporalWeight) : null;

        int batch = settings.BatchSize;
        ProgressMeter meter = new((long)history.Step * batch, (long)settings.Steps * batch);
        while (history.Step < settings.Steps)
        {
            int round = history.Rounds.Count + 1, step = history.Step, until = Math.Min(step + settings.SnapshotInterval, settings.Steps);
            int seed = session.SeedEpoch(round);
            Random draws = new(seed);
            List<StyleLossTerms> terms = [];
            double smoothness = 0, rate = 0;
            long started = Stopwatch.GetTimestamp();
            network.train();
            foreach (PictureBatch pictures in feed.Epoch(order.Of((long)step * batch, (long)until * batch), batch, seed, options.CancellationToken))
            {
                using (pictures)
                {
                    options.CancellationToken.ThrowIfCancellationRequested();
                    rate = settings.Schedule.At(settings.LearningRate, step, settings.Steps);
                    optimizer.SetRate(rate);
                    (StyleLossTerms losses, double moved) = Step(network, optimizer, pictures.Pixels, temporal, draws);
                    terms.Add(losses);
                    smoothness += moved;
                }
                step++;
                if (!terms[^1].IsFinite)
                {
                    Diverged(step, lastGood);
                    return;
                }
                meter.Advance(batch);
                options.ProgressCallback?.Invoke(new StyleTransferProgress(step, settings.Steps, terms[^1], meter.ImagesPerSecond, meter.Remaining));
            }
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

            network.eval();
            (IReadOnlyList<StyleLossTerms> each, IReadOnlyList<(string Name, Picture Painted)> painted) = judge.Judge(network);
            StyleLossTerms judged = StyleLossTerms.Mean(each);
            if (!judged.IsFinite)
            {
                Diverged(step, lastGood);
                return;
            }
            StyleTransferRound finished = new(step, StyleLossTerms.Mean(terms), judged, rate, terms.Count * batch / seconds) { Temporal = temporal is null ? null : smoothness / terms.Count };
            if (contents.IsComplete)
                Know(contents.Hash);
            history.Add(finished, seconds);
            lastGood.Keep();
            session.Info(finished.ToString());
            Save(network, optimizer, snapshots, painted);
            options.MetricsCallback?.Invoke(finished);
        }
    }

    private (StyleLossTerms Terms, double Temporal) Step(TransformNetwork network, Adam optimizer, Tensor pixels, TemporalLoss? temporal, Random draws)
    {
        using DisposeScope scope = NewDisposeScope();
        // The feed gives 0 to 1.
        pixels = pixels * 255;
        if (settings.AugmentContent)
            pixels = ContentAugmentation.Of(pixels, draws);
        int pictures = (int)pixels.shape[0], styles = settings.Shape.Styles;
        Tensor[] style = styles == 1 ? [] : [StyleMixtures.OneEach(pictures, styles, draws, pixels.device)];
        Tensor painted = network.call([pixels, .. style]);
        StyleTerms terms = style.Length == 0 ? loss.Terms(painted, pixels) : loss.Terms(painted, pixels, style[0]);
        Tensor? moved = temporal?.Of(network, painted, pixels, style, draws);
        optimizer.zero_grad();
        (moved is null ? terms.Total : terms.Total + moved).backward();
        if (settings.MaximumGradientNorm is { } longest)
            nn.utils.clip_grad_norm_(network.parameters(), longest);
        optimizer.step();
        return (terms.ToNumbers(), moved?.ToDouble() ?? 0);
    }

    private void Save(TransformNetwork network, Adam optimizer, StyleSnapshots? snapshots, IReadOnlyList<(string Name, Picture Painted)> painted)
    {
        if (options.WorkspacePath is not { } workspace)
            return;
        try
        {
            Checkpoint.Save(
                Checkpoint.PathIn(workspace), history.ToHeader(),
                new Dictionary<string, nn.Module> { [NetworkPart] = network }, new Dictionary<string, OptimizerHelper> { [OptimizerPart] = optimizer });
            snapshots!.Save(history.Step, painted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            session.Warning($"a checkpoint or a picture is missing: {e.Message} Training goes on.");
        }
    }

    // The checkpoint's pictures, where it knew them and no more steps were asked for since.
    private void Know(string hash)
    {
        if (known.TrainingData.Length > 0 && known.Steps == settings.Steps && known.TrainingData != hash)
            throw new InvalidOperationException("the content pictures are not those that the run began with: give it those, another WorkspacePath, or Resume = false. The checkpoint is as it was.");
        history.Settings = history.Settings with { TrainingData = hash };
    }

    private void Diverged(int step, LastGoodEpoch lastGood)
    {
        string when = $"the loss became NaN in step {step}", remedy = $"lower {nameof(options.LearningRate)} (now {settings.LearningRate}) or {nameof(options.StyleWeight)}";
        if (history.Step == 0)
            throw new TrainingDivergedException($"{when}, before the first snapshot: {remedy}.");
        history.Stopped = $"{when}; step {history.Step} is kept: {remedy}.";
        session.Warning(history.Stopped);
        lastGood.Restore();
    }
}
