using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.SuperResolution;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a network that enlarges pictures: sharp ones are blurred and shrunk, and the network learns the way back. Returns it as an ONNX-backed transformer.
/// Source: Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution", arXiv:1603.08155.
/// </summary>
public sealed partial class SuperResolutionTrainer : IEstimator<SuperResolutionTransformer>
{
    private const string Family = "superResolution", NetworkPart = "network", OptimizerPart = "optimizer";

    private readonly MLContext context;
    private readonly Options options;

    internal SuperResolutionTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, there are no rows, or the loss network has no such layer.</exception>
    /// <exception cref="InvalidDataException">A row has no picture, all pictures are too small, the loss network's file is another's, or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public SuperResolutionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SuperResolutionHistory.Header? resumed = options.Resume ? Finished() : null;
        using TrainingSession session = TrainingSession.Begin(context, Family, options, resumed?.Settings.Seed);
        ImageColumn.Find(input.Schema, options.InputColumnName);
        using SuperResolutionObjective objective = SuperResolutionObjective.For(options, session.Device);
        int patch = options.PatchSize > 0 ? options.PatchSize : Patches.DefaultSize(input, options.InputColumnName, options.Factor, options.CancellationToken);
        if (patch < objective.SmallestSide)
            throw new ArgumentException($"patches have {patch}×{patch} pixels, and {objective.Network} needs {objective.SmallestSide}: give larger pictures, or a larger {nameof(Options.PatchSize)}.");
        using SuperResolutionNetwork network = new(options.Architecture, options.Factor, options.Width);

        OnnxFile.Try();
        session.Info($"{options.Architecture} network, ×{options.Factor}, {network.parameters().Sum(p => p.numel()):N0} parameters.");

        Patches patches = Patches.Of(input, "training rows", options.InputColumnName, patch, options.PatchesPerPicture, session.Seed, options.CancellationToken);
        SuperResolutionSettings settings = SuperResolutionSettings.Of(options, objective, session, patch, patches.Rows.shape[0], TrainingData.HashOf(patches.Rows));
        SuperResolutionHistory history = resumed is null ? new SuperResolutionHistory(settings) : Resume(resumed, settings, network, session);
        using BatchFeed train = new(patches.Rows, 1, session.Device);
        Patches? heldOut = options.ValidationSet is { } held
            ? Patches.Of(held, nameof(options.ValidationSet), options.InputColumnName, patch, perPicture: 1, seed: null, options.CancellationToken)
            : null;
        using BatchFeed? test = heldOut is null ? null : new(heldOut.Rows, 1, session.Device);
        foreach ((long tooSmall, string what) in ((long, string)[])[(patches.TooSmall, "training"), (heldOut?.TooSmall ?? 0, "held-out")])
        {
            if (tooSmall == 0)
                continue;
            history.Warnings.Add($"{tooSmall:N0} {what} pictures are smaller than a patch of {patch}×{patch} and left out: a smaller {nameof(Options.PatchSize)} takes them in.");
            session.Warning(history.Warnings[^1]);
        }
        session.Info($"{train.Count:N0} patches of {patch}×{patch}, {test?.Count ?? 0:N0} held out; {objective.Network ?? "pixels"}{(objective.Layer is { } layer ? $", {layer}" : "")}; {session.Device}, seed {session.Seed}.");

        network.to(session.Device);
        Train(network, objective, history, train, test, session);
        network.to(torch.device("cpu"));
        return Export(network, history, session);
    }

    /// <summary>
    /// The transformer of the last finished epoch in <see cref="TrainingOptions.WorkspacePath"/>, without training on:
    /// for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public SuperResolutionTransformer FitFromCheckpoint()
    {
        SuperResolutionHistory.Header finished = (options.WorkspacePath is null ? null : Finished())
            ?? throw new InvalidOperationException($"there is no checkpoint in '{options.WorkspacePath}': train an epoch first, or set WorkspacePath to where one is.");
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        using SuperResolutionObjective objective = SuperResolutionObjective.For(options, session.Device);
        using SuperResolutionNetwork network = new(options.Architecture, options.Factor, options.Width);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        int patch = options.PatchSize > 0 ? options.PatchSize : finished.Settings.PatchSize;
        SuperResolutionSettings settings = SuperResolutionSettings.Of(options, objective, session, patch, finished.Settings.TrainingRows, finished.Settings.TrainingData);
        SuperResolutionHistory history = Resume(finished, settings with { Epochs = finished.Settings.Epochs }, network, session);
        history.Warnings.AddRange(finished.Warnings ?? []);
        return Export(network, history, session);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = inputSchema.FirstOrDefault(c => c.Name == options.InputColumnName) is { Name: not null } found ? found
            : throw SchemaShapes.NoColumn(inputSchema, $"'{options.InputColumnName}' to learn from");
        if (column.ItemType is not ImageDataViewType)
            throw new ArgumentException($"column '{column.Name}' is {column.Kind} of {column.ItemType}; super-resolution learns from pictures (MLImage).");
        return SchemaShapes.Append(context, inputSchema, new DataViewSchema.DetachedColumn(options.OutputColumnName, new ImageDataViewType()));
    }

    private void Train(SuperResolutionNetwork network, SuperResolutionObjective objective, SuperResolutionHistory history, BatchFeed train, BatchFeed? test, TrainingSession session)
    {
        using DisposeScope run = NewDisposeScope();
        SuperResolutionSettings settings = history.Settings;
        using Adam optimizer = optim.Adam([.. network.parameters()], settings.LearningRate);
        if (history.Epochs.Count > 0)
            Checkpoint.LoadOptimizer(Checkpoint.PathIn(options.WorkspacePath!), OptimizerPart, optimizer);
        using SuperResolutionJudge judge = new(test ?? train, settings.Factor);
        using LastGoodEpoch lastGood = new(network);

        int batches = (int)((train.Count + settings.BatchSize - 1) / settings.BatchSize);
        ProgressMeter meter = new(history.Epochs.Count * train.Count, options.Epochs * train.Count);
        for (int epoch = history.Epochs.Count + 1; epoch <= options.Epochs; epoch++)
        {
            Random draws = new(session.SeedEpoch(epoch));
            long[] order = session.OrderOf(train.Count, epoch);
            network.train();
            double loss = 0, squares = 0;
            long started = Stopwatch.GetTimestamp(), done = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                long step = (epoch - 1L) * batches + batch;
                optimizer.SetRate(settings.Schedule.At(settings.LearningRate, step, (long)options.Epochs * batches));
                using Tensor pictures = train.Batch(order, (long)batch * settings.BatchSize, settings.BatchSize);
                int images = (int)pictures.shape[0];
                (double objectiveNow, double error) = Step(network, objective, optimizer, pictures, draws.Next(Symmetry.Count));
                if (!double.IsFinite(objectiveNow))
                {
                    Diverged(epoch, batch + 1, history, session);
                    lastGood.Restore();
                    return;
                }
                loss += objectiveNow * images;
                squares += error * images;
                done += images;
                meter.Advance(images);
                options.ProgressCallback?.Invoke(new SuperResolutionProgress(
                    epoch, options.Epochs, batch + 1, batches, Terms(loss / done, squares / done), meter.ImagesPerSecond, meter.Remaining));
            }
            double rate = train.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;

            // The weights after the last step have not been tried yet: training patches do where none are held out.
            network.eval();
            (IReadOnlyList<Picture> made, SuperResolutionQuality quality) = judge.Of(network);
            if (!double.IsFinite(quality.PeakSignalToNoise))
            {
                Diverged(epoch, batches, history, session);
                lastGood.Restore();
                return;
            }
            SuperResolutionEpoch finished = new(epoch, Terms(loss / done, squares / done), test is null ? null : quality, rate);
            history.Add(finished, meter.Seconds);
            lastGood.Keep();
            session.Info(finished.ToString());
            if (options.WorkspacePath is { } workspace)
            {
                Save(workspace, history, network, optimizer);
                SuperResolutionSnapshots.Take(workspace, judge, made, epoch);
            }
            options.MetricsCallback?.Invoke(finished);
        }
    }

    private (double Loss, double Error) Step(SuperResolutionNetwork network, SuperResolutionObjective objective, Adam optimizer, Tensor pictures, int symmetry)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor truth = Symmetry.Of(pictures, symmetry);
        Tensor made = network.call(Shrinking.Of(truth, options.Factor));
        Tensor loss = objective.Of(made, truth);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        double error = options.Loss == SuperResolutionLoss.Pixel ? loss.item<float>() : SuperResolutionObjective.PixelError(made.detach(), truth).item<float>();
        return (loss.item<float>(), error);
    }

    private static SuperResolutionTerms Terms(double loss, double meanSquaredError) => new(loss, -10 * Math.Log10(Math.Max(meanSquaredError, 1e-10)));

    private static void Save(string workspace, SuperResolutionHistory history, SuperResolutionNetwork network, Adam optimizer) => Checkpoint.Save(
        Checkpoint.PathIn(workspace), history.ToHeader(), new Dictionary<string, nn.Module> { [NetworkPart] = network }, new Dictionary<string, OptimizerHelper> { [OptimizerPart] = optimizer });

    private static void Diverged(int epoch, int batch, SuperResolutionHistory history, TrainingSession session)
    {
        string when = $"the loss became NaN in epoch {epoch}, step {batch}";
        string remedy = $"lower LearningRate (now {history.Settings.LearningRate})";
        if (history.Epochs.Count == 0)
            throw new TrainingDivergedException($"{when}, before an epoch was finished: {remedy}.");
        history.Stopped = $"{when}; epoch {history.Epochs.Count} is kept: {remedy}.";
        session.Warning(history.Stopped);
    }

    private SuperResolutionHistory.Header? Finished() => Checkpoint.ReadHeader<SuperResolutionHistory.Header>(Checkpoint.PathIn(options.WorkspacePath!));

    // Before the network moves to its device: TorchSharp's load moves it to the CPU and back, and every move makes
    // new parameters, which an optimiser made before would not know.
    private SuperResolutionHistory Resume(SuperResolutionHistory.Header finished, SuperResolutionSettings settings, SuperResolutionNetwork network, TrainingSession session)
    {
        string path = Checkpoint.PathIn(options.WorkspacePath!);
        SuperResolutionHistory history = SuperResolutionHistory.From(finished, settings, finished.Settings.DifferenceFrom(settings), path);
        Checkpoint.LoadNetwork(path, NetworkPart, network);
        session.Info($"epoch {history.Epochs.Count} is taken from '{path}'.");
        session.WarnOfRounding(finished.Settings.RoundingDifferenceFrom(settings));
        return history;
    }

    private SuperResolutionTransformer Export(SuperResolutionNetwork network, SuperResolutionHistory history, TrainingSession session)
    {
        network.eval();
        SuperResolutionOnnxFiles files = SuperResolutionOnnxFiles.Export(network, options);
        try
        {
            PictureSession upscaler = new(files.Pixels, session.NumberOfThreads, context);
            return new SuperResolutionTransformer(context, files, upscaler, options.InputColumnName, options.OutputColumnName, history, session.NumberOfThreads);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }
}
