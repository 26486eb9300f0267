using Microsoft.ML;
using MLNetGen.AlexNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains an AlexNet on a column of pictures and a column of labels, and returns it as an ONNX-backed transformer.
/// Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks".
/// </summary>
public sealed partial class AlexNetTrainer : EpochTrainer<AlexNetTrainer.Options, AlexNetTransformer>
{
    internal AlexNetTrainer(MLContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => new ClassifierSchema(
        "AlexNet", TrainerOptions.ImageColumnName, TrainerOptions.LabelColumnName, TrainerOptions.TopK > 0, TrainerOptions.OutputFeatures).Shape(Context, inputSchema);

    private protected override EpochRun<AlexNetTransformer> NewRun(IDataView input, CancellationToken cancel) => new Run(Context, TrainerOptions, input, cancel);

    /// <summary>From the options to the transformer: one network after another, on pictures that are read beside their training.</summary>
    private sealed class Run(MLContext context, Options options, IDataView input, CancellationToken cancel) : EpochRun<AlexNetTransformer>
    {
        private readonly List<AlexNetModule> networks = [];

        public override AlexNetTransformer Fit()
        {
            AlexNetHistory.Header? resumed = AlexNetHistory.ToResume(options);
            using TrainingSession session = TrainingSession.BeginTraining(context, AlexNetTransformer.Family, options, resumed?.Settings);
            (IDataView rows, IDataView? heldOut) = Split(session);
            ClassLabels labels = ClassLabels.Read(rows, options.LabelColumnName, cancel).AtLeastTwo("a classifier", options.LabelColumnName, "add pictures of another");
            if (labels.WarningOf(input.Schema[options.LabelColumnName]) is { } warning)
                session.Warning(warning);
            (AlexNetRecipe recipe, PictureInput column) = AlexNetInput.Decide(context, rows, labels.Classes.Count, options, cancel);
            using AlexNetData data = AlexNetData.Read(context, rows, heldOut, column, labels, recipe, options, session);
            (float[] mean, float[] deviation) = InitialWeights.NormalizationOf(options.InitialWeights) ?? recipe.Normalization(data.Colors);
            AlexNetSettings settings = RunSettings.From<AlexNetSettings>(options, session) with
            {
                Recipe = recipe,
                Classes = labels.Classes.Names,
                TrainingRows = data.Train.Count,
                Mean = mean,
                Deviation = deviation,
            };
            using PixelNormalization normalization = new(mean, deviation);
            try
            {
                AlexNetModule first = Add(recipe, session);
                OnnxFile.Try(context.TempFilePath);
                session.Info($"{recipe.Shape.Network} network, {first.parameters().Sum(p => p.numel()):N0} parameters, {labels.Classes.Count} classes.");
                AlexNetHistory history = Begin(resumed, resumed is null ? settings : settings with { TrainingData = data.Train.Hash, ValidationData = data.Test?.Hash }, session);
                data.Describe(session);
                if (recipe.Shape.Network == AlexNetNetwork.Compact && FewSteps.Advice(data.Train.Count, recipe.BatchSize) is { } advice)
                    history.Warn(session, advice);
                normalization.to(session.Device);
                Trainer trainer = new(options, session);
                for (int member = 1; member <= recipe.Ensemble && history.Stopped is null; member++)
                {
                    if (networks.Count < member)
                        Add(recipe, session);
                    Train(trainer, networks[^1], normalization, member, history, data, session);
                }
                // One that became NaN is left out of an ensemble.
                if (history.Stopped is not null && networks.Count > 1)
                    RemoveLast();
                return Export(column, labels.Classes, history, session);
            }
            finally
            {
                foreach (AlexNetModule network in networks) network.Dispose();
            }
        }

        public override AlexNetTransformer FitFromCheckpoint()
        {
            AlexNetHistory.Header finished = AlexNetHistory.Finished(options);
            using TrainingSession session = TrainingSession.Begin(context, AlexNetTransformer.Family, options, finished.Settings);
            (IDataView rows, _) = Split(session);
            ClassLabels labels = ClassLabels.Read(rows, options.LabelColumnName, cancel);
            (AlexNetRecipe recipe, PictureInput column) = AlexNetInput.Decide(context, rows, labels.Classes.Count, options, cancel);
            // The rows are taken for the run's own, and the epochs that were planned stay the plan.
            AlexNetSettings settings = finished.Settings with { Recipe = recipe with { Epochs = finished.Settings.Recipe.Epochs }, Classes = labels.Classes.Names };
            AlexNetHistory history = Begin(finished, settings, session);
            try
            {
                for (int member = 1; history.Of(member).Count > 0; member++)
                    AlexNetCheckpoints.LoadTrained(AlexNetCheckpoints.PathOf(options.WorkspacePath!, member), Add(recipe, session, pretrained: false));
                if (networks.Count > 1 && history.Of(networks.Count).Count < recipe.Epochs && recipe.EarlyStoppingPatience == 0)
                {
                    session.Info($"network {networks.Count} has {history.Of(networks.Count).Count} of {recipe.Epochs} epochs, and is left out.");
                    RemoveLast();
                }
                string taken = networks.Count > 1 ? $"{networks.Count} networks are" : $"epoch {history.KeptEpoch(1)} is";
                session.Info($"{taken} taken from '{Checkpoint.FolderIn(options.WorkspacePath!)}'.");
                return Export(column, labels.Classes, history, session);
            }
            finally
            {
                foreach (AlexNetModule network in networks) network.Dispose();
            }
        }

        private (IDataView Rows, IDataView? HeldOut) Split(TrainingSession session)
        {
            // It is read beside training, and its column's type can be told before.
            if (options.ValidationSet is { } given)
                ImageColumn.Find(given.Schema, options.ImageColumnName);
            if (options.ValidationSet is not null || options.ValidationFraction == 0)
                return (input, options.ValidationSet);
            int[] classes = ClassLabels.Read(input, options.LabelColumnName, cancel).Rows;
            return HeldOutRows.Split(input, classes, options.ValidationFraction, session.Seed, nameof(options.ValidationFraction));
        }

        private AlexNetModule Add(AlexNetRecipe recipe, TrainingSession session, bool pretrained = true)
        {
            manual_seed(session.Seed + networks.Count);
            AlexNetModule network = AlexNetModule.Create(recipe.Shape);
            networks.Add(network);
            if (pretrained && options.InitialWeights is { } file)
                InitialWeights.Load(file, network, session);
            FrozenLayers.Freeze(network, recipe.TrainedLayers);
            return network;
        }

        private void RemoveLast()
        {
            networks[^1].Dispose();
            networks.RemoveAt(networks.Count - 1);
        }

        // Each network's weights are loaded when it is its turn.
        private AlexNetHistory Begin(AlexNetHistory.Header? resumed, AlexNetSettings settings, TrainingSession session) =>
            AlexNetHistory.Begin(options, resumed, settings, new Dictionary<string, nn.Module>(), session);

        private void Train(Trainer trainer, AlexNetModule network, PixelNormalization normalization, int member, AlexNetHistory history, AlexNetData data, TrainingSession session)
        {
            // Before the network moves to its device: TorchSharp's load moves it to the CPU and back, and every move makes new parameters, which an optimiser would not know.
            if (history.Of(member).Count > 0)
                Checkpoint.LoadNetwork(AlexNetCheckpoints.PathOf(options.WorkspacePath!, member), AlexNetCheckpoints.Network, network);
            network.to(session.Device);
            using (AlexNetTask task = new(network, normalization, member, options, history, session, data))
            {
                trainer.Run(task);
                task.RestoreBest();
            }
            network.to(CPU);
        }

        private AlexNetTransformer Export(PictureInput column, ClassList classes, AlexNetHistory history, TrainingSession session)
        {
            options.TemporaryPath = context.TempFilePath;
            ClassifierPipeline pipeline = AlexNetPipeline.Of(options);
            return OnnxBundle.Use(AlexNetPipeline.Export(networks, history.Settings, options), files => new AlexNetTransformer(
                pipeline.Whole(context, column, files[ClassifierPipeline.PipelineFile], classes, input.Schema, session.NumberOfThreads),
                classes.Names, files, history, FirstKernels.Draw(networks[0])));
        }
    }
}
