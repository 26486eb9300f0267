using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Gan;
using TorchSharp;

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
        GanHistory.Header? resumed = options.Resume ? GanHistory.Newest(options.WorkspacePath) : null;
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        (PictureInput column, GanRecipe recipe, ClassLabels? labels) = Decide(input, options.CancellationToken);
        using GanModules modules = new(recipe);

        OnnxFile.Try(context.TempFilePath);
        session.Info($"{recipe.Network}: generator {modules.Generator.parameters().Sum(p => p.numel()):N0}, discriminator {modules.Discriminator.parameters().Sum(p => p.numel()):N0} parameters.");

        using TrainingRows rows = TrainingRows.Read(column, labels is null ? null : (options.LabelColumnName!, labels.OneHot), input, session, options.CancellationToken);
        if (rows.Count < recipe.PicturesPerStep)
            throw new ArgumentException($"there {(rows.Count == 1 ? "is 1 picture" : $"are {rows.Count} pictures")}, and a step takes {recipe.PicturesPerStep}: {(rows.Count > 1 ? "lower BatchSize, or " : "")}give more pictures.", nameof(input));
        GanHistory history = GanHistory.Begin(options, resumed, GanSettings.Of(options, recipe, session, rows.Count, rows.Hash), modules, session);
        history.Pictures = TrainingPictures.Describe(context, input, column, options.WorkspacePath is { } folder ? GanSnapshots.TrainingPictures(folder) : null, session);
        session.Info($"{rows.Count:N0} pictures of {string.Join("×", column.Shape)}; {session.Device}, seed {session.Seed}.");

        using GanEvaluator? evaluator = options.ValidationSet is { } held ? new(context, options, held, input, recipe.Shape.Size) : null;
        modules.To(session.Device);
        using (DcganTask task = new(options, modules, history, session, rows, evaluator))
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
        GanHistory.Header finished = GanHistory.Newest(options.WorkspacePath) ?? throw Checkpoint.Missing(options.WorkspacePath);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        (PictureInput column, GanRecipe recipe, _) = Decide(input, CancellationToken.None); // The token may be the one that stopped the run.
        using GanModules modules = new(recipe);
        // The rows are taken for the run's own, and the steps that were planned stay the plan.
        GanSettings settings = GanSettings.Of(options, recipe, session, finished.Settings.TrainingRows, finished.Settings.TrainingData) with { Steps = finished.Settings.Steps };
        GanHistory history = GanHistory.Begin(options, finished, settings, modules, session);
        // On the CPU, where the networks are.
        modules.RefreshAverage(torch.device("cpu"));
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

    private DcganTransformer Export(GanModules modules, PictureInput column, DataViewSchema schema, GanHistory history, TrainingSession session)
    {
        modules.Discriminator.eval();
        return OnnxBundle.Use(
            DcganOnnxFiles.Export(history.Settings.Recipe, modules.Average, modules.Discriminator, GanCheckpoints.Newest(options.WorkspacePath), context.TempFilePath),
            files => new DcganTransformer(context, column, files, schema, history, session.NumberOfThreads));
    }

    // Only classes that there are pictures of: one without would be drawn from nothing.
    private static ClassLabels Labels(IDataView input, string column, CancellationToken cancel) => ClassLabels
        .Read(input, column, cancel, remedy: $"{ClassLabels.Remedy}, or leave {nameof(Options.LabelColumnName)} unset", onlyUsed: true)
        .AtLeastTwo("a GAN of classes", column, $"leave {nameof(Options.LabelColumnName)} unset");

    private (PictureInput Column, GanRecipe Recipe, ClassLabels? Labels) Decide(IDataView input, CancellationToken cancel)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.ImageColumnName);
        if (column.Type is not ImageDataViewType)
            throw new ArgumentException($"column '{column.Name}' is {column.Type}; a GAN learns from pictures (MLImage): choose another column, or convert this one.");
        // The network's own size may follow from the number of channels.
        int channels = PictureInput.Decide(context, input, column.Name, GanShape.Grid, options.Channels, options.Resizing, cancel: cancel).Channels;
        DcganNetwork network = options.Network ?? (channels == 1 ? DcganNetwork.Mnist32 : DcganNetwork.AnimeFace64);
        int size = options.ImageSize > 0 ? options.ImageSize : network switch { DcganNetwork.Mlp => 28, DcganNetwork.Mnist32 => 32, _ => 64 };
        ClassLabels? labels = options.LabelColumnName is { } label ? Labels(input, label, cancel) : null;
        return (new PictureInput(context, column.Name, channels, size, size, options.Resizing), new(options, network, channels, size, labels?.Names), labels);
    }
}
