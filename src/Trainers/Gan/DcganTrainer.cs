using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Gan;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a deep convolutional generative adversarial network on a column of pictures and returns it as an ONNX-backed
/// transformer. Sources: Goodfellow et al. 2014, arXiv:1406.2661; Radford, Metz and Chintala 2015, arXiv:1511.06434; and
/// what <see cref="DcganNetwork"/> names.
/// </summary>
public sealed partial class DcganTrainer : IEstimator<DcganTransformer>
{
    private const string Family = "gan";

    private readonly MLContext context;
    private readonly Options options;

    internal DcganTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are fewer rows than a batch.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and a network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss became NaN before there was a checkpoint to keep.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public DcganTransformer Fit(IDataView input)
    {
        string? checkpoint = options.Resume ? GanCheckpoints.Newest(options.WorkspacePath) : null;
        GanHistory.Header? resumed = checkpoint is null ? null : Checkpoint.ReadHeader<GanHistory.Header>(checkpoint);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        (PictureInput column, GanRecipe recipe, ClassLabels? labels) = Decide(input);
        using GanModules modules = new(recipe);

        OnnxFile.Try(context.TempFilePath);
        session.Info($"{recipe.Network}: generator {GanModules.Count(modules.Generator):N0}, discriminator {GanModules.Count(modules.Discriminator):N0} parameters.");

        Tensor pictures = column.Read(input, options.CancellationToken);
        using Tensor? oneHot = labels?.OneHot();
        GanSettings settings = SettingsFor(recipe, session, pictures.shape[0], TrainingData.HashOf(pictures) + (oneHot is null ? "" : TrainingData.HashOf(oneHot)));
        using BatchFeed? classes = oneHot is null ? null : new(oneHot, 1, session.Device);
        using BatchFeed rows = new(pictures, column.Scale, session.Device);
        if (rows.Count < recipe.PicturesPerStep)
            throw new ArgumentException($"there {(rows.Count == 1 ? "is 1 picture" : $"are {rows.Count} pictures")}, and a step takes {recipe.PicturesPerStep}: {(rows.Count > 1 ? "lower BatchSize, or " : "")}give more pictures.", nameof(input));
        GanHistory history = resumed is null ? Begin(settings) : Resume(resumed, settings, checkpoint!, modules, session);
        history.Pictures = TrainingPictures.Describe(context, input, column, options.WorkspacePath is { } folder ? GanSnapshots.TrainingPictures(folder) : null, session);
        session.Info($"{rows.Count:N0} pictures of {string.Join("×", column.Shape)}; {session.Device}, seed {session.Seed}.");

        using GanEvaluator? evaluator = GanEvaluator.Create(context, options, input, recipe.Shape.Size);
        modules.To(session.Device);
        using (DcganTask task = new(options, modules, history, session, rows, classes, evaluator))
            new Trainer(options, session).Run(task);
        modules.To(torch.device("cpu"));
        DcganTransformer trained = Export(modules, column, input.Schema, history, session);
        trained.Judge = evaluator?.TakeExtractor();
        return trained;
    }

    /// <summary>
    /// The transformer of the newest checkpoint in <see cref="TrainingOptions.WorkspacePath"/>, without training on: for a
    /// run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">
    /// Rows like the training rows; all that is read of them is what an unset option is taken from, and the labels where a
    /// column of them is named: every class must be among them.
    /// </param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public DcganTransformer FitFromCheckpoint(IDataView input)
    {
        string checkpoint = GanCheckpoints.Newest(options.WorkspacePath) ?? throw Checkpoint.Missing(options.WorkspacePath);
        GanHistory.Header finished = Checkpoint.ReadHeader<GanHistory.Header>(checkpoint)!;
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        (PictureInput column, GanRecipe recipe, _) = Decide(input);
        using GanModules modules = new(recipe);
        // The rows are taken for the run's own, and the steps that were planned stay the plan.
        GanSettings settings = SettingsFor(recipe, session, finished.Settings.TrainingRows, finished.Settings.TrainingData) with { Steps = finished.Settings.Steps };
        GanHistory history = Resume(finished, settings, checkpoint, modules, session);
        // On the CPU, where the networks are.
        new GanAverage(recipe, modules.Generator, modules.Average).Refresh(torch.device("cpu"));
        return Export(modules, column, input.Schema, history, session);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.FirstOrDefault(c => c.Name == options.ImageColumnName);
        if (column.Name is null || column.ItemType is not ImageDataViewType)
            throw SchemaShapes.NoColumn(inputSchema, $"'{options.ImageColumnName}' of pictures (MLImage) to learn from");
        if (options.LabelColumnName is { } label && inputSchema.All(c => c.Name != label))
            throw SchemaShapes.NoColumn(inputSchema, $"'{label}' of labels to learn classes from");
        return SchemaShapes.Append(context, inputSchema,
            new DataViewSchema.DetachedColumn(DcganColumns.Realness, new VectorDataViewType(NumberDataViewType.Single, 1)));
    }

    private GanSettings SettingsFor(GanRecipe recipe, TrainingSession session, long rows, string data) => new()
    {
        Seed = session.Seed,
        Recipe = recipe,
        TrainingRows = rows,
        TrainingData = data,
        Steps = options.Steps ?? checked((int)(options.Epochs * (rows / recipe.PicturesPerStep))),
        SampleInterval = options.SampleInterval,
        CheckpointInterval = options.CheckpointInterval,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };

    private GanHistory Begin(GanSettings settings)
    {
        if (options.WorkspacePath is { } workspace)
            GanCheckpoints.Begin(workspace);
        return new GanHistory(settings);
    }

    private GanHistory Resume(GanHistory.Header finished, GanSettings settings, string checkpoint, GanModules modules, TrainingSession session)
    {
        GanHistory history = GanHistory.From(finished, settings, GanLog.Read(options.WorkspacePath!, finished.Step), checkpoint);
        foreach ((string name, nn.Module network) in modules.ByName) Checkpoint.LoadNetwork(checkpoint, name, network);
        session.Info($"going on after step {history.Step}, from '{checkpoint}'.");
        session.WarnOfRounding(finished.Settings.RoundingDifferenceFrom(settings));
        return history;
    }

    private DcganTransformer Export(GanModules modules, PictureInput column, DataViewSchema schema, GanHistory history, TrainingSession session)
    {
        modules.Discriminator.eval();
        return OnnxBundle.Use(
            DcganOnnxFiles.Export(history.Settings.Recipe, modules.Average, modules.Discriminator, GanCheckpoints.Newest(options.WorkspacePath), context.TempFilePath),
            files => new DcganTransformer(context, column, files, schema, history, session.NumberOfThreads));
    }

    // Only classes that there are pictures of: one without would be drawn from nothing.
    private ClassLabels Labels(IDataView input, string column) => ClassLabels
        .Read(input, column, options.CancellationToken, remedy: $"{ClassLabels.Remedy}, or leave {nameof(Options.LabelColumnName)} unset", onlyUsed: true)
        .AtLeastTwo("a GAN of classes", column, $"leave {nameof(Options.LabelColumnName)} unset");

    private (PictureInput Column, GanRecipe Recipe, ClassLabels? Labels) Decide(IDataView input)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.ImageColumnName);
        if (column.Type is not ImageDataViewType)
            throw new ArgumentException($"column '{column.Name}' is {column.Type}; a GAN learns from pictures (MLImage): choose another column, or convert this one.");
        // The network's own size may follow from the number of channels.
        int channels = PictureInput.Decide(context, input, column.Name, GanShape.Grid, options.Channels, options.Resizing, cancel: options.CancellationToken).Channels;
        DcganNetwork network = options.Network ?? (channels == 1 ? DcganNetwork.Mnist32 : DcganNetwork.AnimeFace64);
        int size = options.ImageSize > 0 ? options.ImageSize : network == DcganNetwork.Mnist32 ? 32 : 64;
        ClassLabels? labels = options.LabelColumnName is { } label ? Labels(input, label) : null;
        return (new PictureInput(context, column.Name, channels, size, size, options.Resizing), GanRecipe.For(options, network, channels, size, labels?.Names), labels);
    }
}
