using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Vae;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a variational autoencoder on a column of pictures (or of vectors in [0, 1]) and returns it as an
/// ONNX-backed transformer. The objective is −ELBO: reconstruction + β · KL, in nats per image.
/// Source: Kingma and Welling 2013, arXiv:1312.6114; β: Higgins et al. 2017.
/// </summary>
public sealed partial class VaeTrainer : IEstimator<VaeTransformer>
{
    private const string Family = "vae";

    private readonly MLContext context;
    private readonly Options options;

    internal VaeTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, a value is not in [0, 1], or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public VaeTransformer Fit(IDataView input)
    {
        VaeHistory.Header? resumed = VaeHistory.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        NetworkInput column = InputOf(input);
        VaeArchitecture architecture = ArchitectureFor(column);
        VaeNetwork network = new(architecture, column.Shape, options.LatentDimension);

        OnnxFile.Try(context.TempFilePath);
        session.Info($"{architecture} network, {network.parameters().Sum(p => p.numel()):N0} parameters.");

        Tensor rows = column.Read(input, options.CancellationToken);
        VaeSettings settings = VaeSettings.Of(options, architecture, column, session, rows.shape[0], TrainingData.HashOf(rows));
        using VaeTask task = new(network, options, settings.LearningRate, column);
        VaeHistory history = VaeHistory.Begin(options, resumed, settings, task.Networks, session);
        using TrainingRows train = new(new BatchFeed(rows, column.Scale, session.Device));
        using TrainingRows? held = options.ValidationSet is { } set ? new(new BatchFeed(column.Read(set, options.CancellationToken), column.Scale, session.Device)) : null;
        session.Info($"{train.Count:N0} training rows of {string.Join("×", column.Shape)}, {held?.Count ?? 0:N0} held out; {session.Device}, seed {session.Seed}.");

        network.to(session.Device);
        new Trainer(options, session).Run(new EpochTask<VaeSettings, VaeEpoch>(task, history, session, train, held)
        {
            Epochs = options.Epochs,
            BatchSize = settings.BatchSize,
            Schedule = settings.Schedule,
            ToEpoch = (epoch, trained, judged, speed) => new(epoch, VaeTask.ToMetrics(trained), judged is null ? null : VaeTask.ToMetrics(judged), speed),
            Progress = options.ProgressCallback is not { } tell ? null : (at, meter) =>
                tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, VaeTask.ToMetrics(at.Figures), meter.ImagesPerSecond, meter.Remaining)),
            MetricsCallback = options.MetricsCallback,
            RemedyOfDivergence = $"lower LearningRate (now {settings.LearningRate}) or look for broken rows",
        });
        network.to(torch.device("cpu"));
        return Export(network, column, input.Schema, history, session);
    }

    /// <summary>
    /// The transformer of the last finished epoch in <see cref="TrainingOptions.WorkspacePath"/>, without training on:
    /// for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; all that is read of them is what an unset option is taken from.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public VaeTransformer FitFromCheckpoint(IDataView input)
    {
        VaeHistory.Header finished = VaeHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        NetworkInput column = InputOf(input);
        VaeArchitecture architecture = ArchitectureFor(column);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        VaeSettings settings = VaeSettings.Of(options, architecture, column, session, finished.Settings.TrainingRows, finished.Settings.TrainingData) with { Epochs = finished.Settings.Epochs };
        VaeNetwork network = new(architecture, column.Shape, options.LatentDimension);
        using VaeTask task = new(network, options, settings.LearningRate, column);
        return Export(network, column, input.Schema, VaeHistory.Begin(options, finished, settings, task.Networks, session), session);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = inputSchema.FirstOrDefault(c => c.Name == options.InputColumnName) is { Name: not null } found ? found
            : throw SchemaShapes.NoColumn(inputSchema, $"'{options.InputColumnName}' to learn from");
        bool isImage = column.ItemType is ImageDataViewType;
        if (!isImage && !(column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType.RawType == typeof(float)))
            throw new ArgumentException($"column '{column.Name}' is {column.Kind} of {column.ItemType}; a VAE learns from pictures (MLImage) or from vectors of Single of one known size.");

        VectorDataViewType latent = new(NumberDataViewType.Single, options.LatentDimension), one = new(NumberDataViewType.Single, 1);
        return SchemaShapes.Append(
            context,
            inputSchema,
            new DataViewSchema.DetachedColumn(VaeColumns.Latent, latent),
            new DataViewSchema.DetachedColumn(VaeColumns.LatentLogVariance, latent),
            new DataViewSchema.DetachedColumn(VaeColumns.ReconstructionError, one),
            new DataViewSchema.DetachedColumn(VaeColumns.Reconstruction, isImage || options.ImageSize > 0 || options.Channels > 0 ? new ImageDataViewType() : one));
    }

    private VaeTransformer Export(VaeNetwork network, NetworkInput column, DataViewSchema schema, VaeHistory history, TrainingSession session)
    {
        network.eval();
        return OnnxBundle.Use(
            VaeOnnxFiles.Export(network, column, options, context.TempFilePath),
            files => VaeTransformer.Create(context, VaePipeline.Whole(context, column, files, schema, session.NumberOfThreads), files, history));
    }

    private VaeArchitecture ArchitectureFor(NetworkInput column) =>
        options.Architecture ?? (column.Shape.Length == 3 ? VaeArchitecture.Convolutional : VaeArchitecture.Mlp);

    private NetworkInput InputOf(IDataView input)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.InputColumnName);
        return column.Type switch
        {
            ImageDataViewType => PictureInput.Decide(context, input, column.Name, options.ImageSize, options.Channels, options.Resizing,
                options.Architecture == VaeArchitecture.Mlp ? null : ConvolutionalStages.LargestSize, cancel: options.CancellationToken),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, IsKnownSize: true } when raw == typeof(float)
                => VectorInput.Decide(context, input, column.Name, options.ImageSize, options.Channels),
            _ => throw new ArgumentException($"column '{column.Name}' is {column.Type}; a VAE learns from pictures (MLImage) "
                + "or from vectors of Single of one known size: choose another column, or convert this one."),
        };
    }
}
