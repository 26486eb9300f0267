using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.SuperResolution;
using TorchSharp;

namespace MLNetGen;

/// <summary>
/// Trains a network that enlarges pictures: sharp ones are blurred and shrunk, and the network learns the way back. Returns it as an ONNX-backed transformer.
/// Source: Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution", arXiv:1603.08155.
/// </summary>
public sealed partial class SuperResolutionTrainer : IEstimator<SuperResolutionTransformer>
{
    private const string Family = "superResolution";

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
        SuperResolutionHistory.Header? resumed = SuperResolutionHistory.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        ImageColumn.Find(input.Schema, options.InputColumnName);
        using SuperResolutionObjective objective = SuperResolutionObjective.For(options, session.Device);
        int patch = options.PatchSize > 0 ? options.PatchSize : Patches.DefaultSize(input, options.InputColumnName, options.Factor, options.CancellationToken);
        if (patch < objective.SmallestSide)
            throw new ArgumentException($"patches have {patch}×{patch} pixels, and {objective.Network} needs {objective.SmallestSide}: give larger pictures, or a larger {nameof(Options.PatchSize)}.");
        SuperResolutionNetwork network = new(options.Architecture, options.Factor, options.Width);

        OnnxFile.Try(context.TempFilePath);
        session.Info($"{options.Architecture} network, ×{options.Factor}, {network.parameters().Sum(p => p.numel()):N0} parameters.");

        Patches patches = Patches.Of(input, "training rows", options.InputColumnName, patch, options.PatchesPerPicture, session.Seed, options.CancellationToken);
        SuperResolutionSettings settings = SuperResolutionSettings.Of(options, objective, session, patch, patches.Rows.shape[0], TrainingData.HashOf(patches.Rows));
        using SuperResolutionTask task = new(network, objective, settings);
        SuperResolutionHistory history = SuperResolutionHistory.Begin(options, resumed, settings, task.Networks, session);
        using TrainingRows train = new(new BatchFeed(patches.Rows, 1, session.Device));
        Patches? heldOut = options.ValidationSet is { } held
            ? Patches.Of(held, nameof(options.ValidationSet), options.InputColumnName, patch, perPicture: 1, seed: null, options.CancellationToken)
            : null;
        using TrainingRows? test = heldOut is null ? null : new(new BatchFeed(heldOut.Rows, 1, session.Device));
        foreach ((long tooSmall, string what) in ((long, string)[])[(patches.TooSmall, "training"), (heldOut?.TooSmall ?? 0, "held-out")])
        {
            if (tooSmall == 0)
                continue;
            history.Warnings.Add($"{tooSmall:N0} {what} pictures are smaller than a patch of {patch}×{patch} and left out: a smaller {nameof(Options.PatchSize)} takes them in.");
            session.Warning(history.Warnings[^1]);
        }
        session.Info($"{train.Count:N0} patches of {patch}×{patch}, {test?.Count ?? 0:N0} held out; {objective.Network ?? "pixels"}{(objective.Layer is { } layer ? $", {layer}" : "")}; {session.Device}, seed {session.Seed}.");

        network.to(session.Device);
        new Trainer(options, session).Run(new EpochTask<SuperResolutionSettings, SuperResolutionEpoch>(task, history, session, train, test)
        {
            Epochs = options.Epochs,
            BatchSize = settings.BatchSize,
            Schedule = settings.Schedule,
            ToEpoch = (epoch, trained, judged, speed) => new(epoch, SuperResolutionTask.ToTerms(trained), judged is null ? null : SuperResolutionTask.ToQuality(judged), speed),
            Progress = options.ProgressCallback is not { } tell ? null : (at, meter) =>
                tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, SuperResolutionTask.ToTerms(at.Figures), meter.ImagesPerSecond, meter.Remaining)),
            MetricsCallback = options.MetricsCallback,
            ValidationBatch = SuperResolutionTask.ValidationBatch,
            ValidationRows = SuperResolutionTask.ValidationRows,
            RemedyOfDivergence = $"lower LearningRate (now {settings.LearningRate})",
        });
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
        SuperResolutionHistory.Header finished = SuperResolutionHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        using SuperResolutionObjective objective = SuperResolutionObjective.For(options, session.Device);
        SuperResolutionNetwork network = new(options.Architecture, options.Factor, options.Width);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        int patch = options.PatchSize > 0 ? options.PatchSize : finished.Settings.PatchSize;
        SuperResolutionSettings settings = SuperResolutionSettings.Of(options, objective, session, patch, finished.Settings.TrainingRows, finished.Settings.TrainingData);
        using SuperResolutionTask task = new(network, objective, settings);
        SuperResolutionHistory history = SuperResolutionHistory.Begin(options, finished, settings with { Epochs = finished.Settings.Epochs }, task.Networks, session);
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

    private SuperResolutionTransformer Export(SuperResolutionNetwork network, SuperResolutionHistory history, TrainingSession session)
    {
        network.eval();
        return OnnxBundle.Use(SuperResolutionOnnxFiles.Export(network, options, context.TempFilePath), files => new SuperResolutionTransformer(
            context, files.Pixels, options.Factor, new PictureSession(files.Pixels, session.NumberOfThreads, ContextGpu.Find(context, out _)), options.InputColumnName, options.OutputColumnName, session.NumberOfThreads, files, history));
    }
}
