using Microsoft.ML;
using MLNetGen.AlexNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains an AlexNet on a column of pictures and a column of labels, and returns it as an ONNX-backed transformer.
/// Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks".
/// </summary>
public sealed partial class AlexNetTrainer : IEstimator<AlexNetTransformer>
{
    private const string Family = "alexnet";

    private readonly MLContext context;
    private readonly Options options;

    internal AlexNetTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is absent or of another type, there are no rows, or all are of one class; an option does not fit the pictures.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, has no label, or the checkpoint to resume from or the file of initial weights is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public AlexNetTransformer Fit(IDataView input)
    {
        AlexNetHistory.Header? resumed = AlexNetHistory.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        (IDataView rows, IDataView? heldOut) = Split(input, session, options.CancellationToken);
        ClassLabels labels = ClassLabels.Read(rows, options.LabelColumnName, options.CancellationToken)
            .AtLeastTwo("a classifier", options.LabelColumnName, "add pictures of another");
        if (labels.WarningOf(input.Schema[options.LabelColumnName]) is { } warning)
            session.Warning(warning);
        PictureInput column = ColumnOf(rows, labels.Classes.Count, options.CancellationToken, out AlexNetRecipe recipe);
        using AlexNetData data = AlexNetData.Read(context, rows, heldOut, column, labels, recipe, options, session);
        AlexNetSettings settings = SettingsOf(recipe, labels.Classes.Names, session, data);

        List<AlexNetModule> networks = [];
        using PixelNormalization normalization = new(settings.Mean, settings.Deviation);
        try
        {
            networks.Add(Create(recipe, session, member: 1));
            OnnxFile.Try(context.TempFilePath);
            session.Info($"{recipe.Shape.Network} network, {networks[0].parameters().Sum(p => p.numel()):N0} parameters, {labels.Classes.Count} classes.");
            AlexNetHistory history = Begin(resumed, resumed is null ? settings : settings with { TrainingData = data.Train.Hash, ValidationData = data.Test?.Hash }, session);
            data.Describe(session, recipe);

            normalization.to(session.Device);
            Trainer trainer = new(options, session);
            for (int member = 1; member <= recipe.Ensemble; member++)
            {
                if (networks.Count < member)
                    networks.Add(Create(recipe, session, member));
                AlexNetModule network = networks[member - 1];
                // Before the network moves to its device: TorchSharp's load moves it to the CPU and back, and every move makes
                // new parameters, which an optimiser made before would not know.
                if (history.Of(member).Count > 0)
                    Checkpoint.LoadNetwork(AlexNetCheckpoints.PathOf(options.WorkspacePath!, member), AlexNetCheckpoints.Network, network);
                network.to(session.Device);
                using (AlexNetTask task = new(network, normalization, member, options, history, session, data))
                {
                    trainer.Run(task);
                    task.RestoreBest();
                }
                network.to(torch.device("cpu"));
                if (history.Stopped is null)
                    continue;
                if (member > 1)
                    Drop(networks);
                break;
            }
            return Export(networks, column, labels.Classes, input.Schema, history, session);
        }
        finally
        {
            foreach (AlexNetModule network in networks) network.Dispose();
        }
    }

    /// <summary>
    /// The transformer of the last finished epoch in <see cref="TrainingOptions.WorkspacePath"/>, without training on:
    /// for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; what is read of them are their labels, and what an unset option is taken from.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public AlexNetTransformer FitFromCheckpoint(IDataView input)
    {
        AlexNetHistory.Header finished = AlexNetHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        // The token may be the one that stopped the run.
        CancellationToken none = CancellationToken.None;
        (IDataView rows, _) = Split(input, session, none);
        ClassLabels labels = ClassLabels.Read(rows, options.LabelColumnName, none);
        PictureInput column = ColumnOf(rows, labels.Classes.Count, none, out AlexNetRecipe recipe);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        AlexNetSettings settings = finished.Settings with { Recipe = recipe with { Epochs = finished.Settings.Recipe.Epochs }, Classes = labels.Classes.Names };
        AlexNetHistory history = Begin(finished, settings, session);
        List<AlexNetModule> networks = [];
        try
        {
            for (int member = 1; history.Of(member).Count > 0; member++)
            {
                networks.Add(Create(recipe, session, member, pretrained: false));
                AlexNetCheckpoints.LoadTrained(AlexNetCheckpoints.PathOf(options.WorkspacePath!, member), networks[^1]);
            }
            if (networks.Count > 1 && history.Of(networks.Count).Count < recipe.Epochs && recipe.EarlyStoppingPatience == 0)
            {
                session.Info($"network {networks.Count} has {history.Of(networks.Count).Count} of {recipe.Epochs} epochs, and is left out.");
                Drop(networks);
            }
            session.Info($"{(networks.Count > 1 ? $"{networks.Count} networks are" : $"epoch {history.KeptEpoch(1)} is")} taken from '{Checkpoint.FolderIn(options.WorkspacePath!)}'.");
            return Export(networks, column, labels.Classes, input.Schema, history, session);
        }
        finally
        {
            foreach (AlexNetModule network in networks) network.Dispose();
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        new ClassifierSchema("AlexNet", options.ImageColumnName, options.LabelColumnName, options.TopK > 0, options.OutputFeatures).Shape(context, inputSchema);

    private (IDataView Rows, IDataView? HeldOut) Split(IDataView input, TrainingSession session, CancellationToken cancel)
    {
        // It is read beside training, and its column's type can be told before.
        if (options.ValidationSet is { } given)
            ImageColumn.Find(given.Schema, options.ImageColumnName);
        if (options.ValidationSet is not null || options.ValidationFraction == 0)
            return (input, options.ValidationSet);
        int[] classes = ClassLabels.Read(input, options.LabelColumnName, cancel).Rows;
        bool[] heldOut = HeldOutRows.Draw(classes, options.ValidationFraction, session.Seed, nameof(options.ValidationFraction));
        return (new RowSubset(input, heldOut, isKept: false), new RowSubset(input, heldOut, isKept: true));
    }

    private PictureInput ColumnOf(IDataView rows, int classes, CancellationToken cancel, out AlexNetRecipe recipe)
    {
        (AlexNetShape shape, PictureInput column) = AlexNetInput.Decide(context, rows, classes, options, cancel);
        recipe = AlexNetRecipe.For(shape, options);
        return column;
    }

    private AlexNetSettings SettingsOf(AlexNetRecipe recipe, IReadOnlyList<string> classes, TrainingSession session, AlexNetData data)
    {
        (float[] mean, float[] deviation) = InitialWeights.NormalizationOf(options.InitialWeights) ?? recipe.Normalization(data.Colors);
        return new()
        {
            Seed = session.Seed,
            Recipe = recipe,
            Classes = classes,
            TrainingRows = data.Train.Count,
            TrainingData = "",
            Mean = mean,
            Deviation = deviation,
            Device = session.Device.ToString(),
            NumberOfThreads = session.NumberOfThreads,
        };
    }

    private AlexNetModule Create(AlexNetRecipe recipe, TrainingSession session, int member, bool pretrained = true)
    {
        manual_seed(session.Seed + member - 1);
        AlexNetModule network = AlexNetModule.Create(recipe.Shape);
        if (pretrained && options.InitialWeights is { } file)
            InitialWeights.Load(file, network, session);
        FrozenLayers.Freeze(network, recipe.TrainedLayers);
        return network;
    }

    // Each network's weights are loaded when it is its turn.
    private AlexNetHistory Begin(AlexNetHistory.Header? resumed, AlexNetSettings settings, TrainingSession session) =>
        AlexNetHistory.Begin(options, resumed, settings, new Dictionary<string, nn.Module>(), session);

    private static void Drop(List<AlexNetModule> networks)
    {
        networks[^1].Dispose();
        networks.RemoveAt(networks.Count - 1);
    }

    private AlexNetTransformer Export(
        IReadOnlyList<AlexNetModule> networks, PictureInput column, ClassList classes, DataViewSchema schema, AlexNetHistory history, TrainingSession session)
    {
        return OnnxBundle.Use(
            AlexNetOnnxFiles.Export(networks, history.Settings, options, OnnxFile.WeightsOf(options), context.TempFilePath),
            files => AlexNetTransformer.Create(AlexNetOnnxFiles.PipelineOf(options).Whole(context, column, files.Pipeline, classes, schema, session.NumberOfThreads), files, history, FirstKernels.Draw(networks[0])));
    }
}
