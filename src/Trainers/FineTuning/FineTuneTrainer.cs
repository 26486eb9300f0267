using Microsoft.ML;
using MLNetGen.FineTuning;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Teaches a trained network, a backbone from an ONNX file, to tell other classes apart, from as few pictures as twenty a class, and returns it as an ONNX-backed transformer. The head is a
/// logistic regression over the backbone's features; then, unless the backbone is frozen, all layers are trained from there at a low rate.
/// Sources: Donahue et al. 2014, "DeCAF", arXiv:1310.1531 (features); Yosinski et al. 2014, arXiv:1411.1792 (fine-tuning); Kumar et al. 2022, arXiv:2202.10054 (head first, then all layers).
/// </summary>
public sealed partial class FineTuneTrainer : EpochTrainer<FineTuneTrainer.Options, FineTuneTransformer>
{
    internal FineTuneTrainer(MLContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        new ClassifierSchema("fine-tuning", TrainerOptions.ImageColumnName, TrainerOptions.LabelColumnName, TrainerOptions.TopK > 0, TrainerOptions.OutputFeatures).Shape(Context, inputSchema);

    private protected override EpochRun<FineTuneTransformer> NewRun(IDataView input, CancellationToken cancel) => new Run(Context, TrainerOptions, input, cancel);

    /// <summary>From the options to the transformer.</summary>
    private sealed class Run(MLContext context, Options options, IDataView input, CancellationToken cancel)
        : EpochRun<Options, FineTuneSettings, FineTuneEpoch, FineTuneTransformer>(context, FineTuneTransformer.Family, options, input)
    {
        private ClassLabels labels = new(new([]), []);
        private PictureInput? column;
        private Func<FineTuneTask>? tuning;

        private ClassList Classes => labels.Classes;

        private FineTuneTask Tuning => tuning!();

        private ClassifierPipeline Pipeline => new(FineTuneTransformer.Best, Options.TopK > 0, Options.OutputFeatures);

        protected override (FineTuneSettings Settings, TrainingTask Task) Prepare(FineTuneSettings settings, FineTuneSettings? finished, TrainingSession session)
        {
            labels = ClassLabels.Read(Input, Options.LabelColumnName, cancel).AtLeastTwo("a classifier", Options.LabelColumnName, "add pictures of another");
            if (Options.TopK > Classes.Count)
                throw OptionCheck.Misfit(nameof(Options.TopK), $"{nameof(Options.TopK)} is {Options.TopK}, and there are {Classes.Count} classes: set at most {Classes.Count}.");
            if (finished is null && labels.WarningOf(Input.Schema[Options.LabelColumnName]) is { } warning)
                session.Warning(warning);
            BackboneFile file = BackboneFile.Read(Options);
            column = InputOf(file);
            int shift = Options.CropPadding ?? Math.Min(column.Height, column.Width) / 16;
            if (shift >= Math.Min(column.Height, column.Width))
                throw OptionCheck.Misfit(nameof(Options.CropPadding), $"{nameof(Options.CropPadding)} is {shift}, and pictures of {column.Width}×{column.Height} have fewer pixels to mirror at an edge: set at most {Math.Min(column.Height, column.Width) - 1}.");

            bool keepsBest = !Options.Frozen && (Options.ValidationSet is not null || Options.ValidationFraction > 0);
            FineTuneNetwork[] networks = [.. file.Load(keepsBest ? 2 : 1, Context.TempFilePath)
                .Select(backbone => new FineTuneNetwork(BackbonePreparation.Of(file, column.Height, column.Width), backbone, Classes.Count))];
            settings = settings with
            {
                Backbone = file.Name,
                BackboneHash = TrainingData.HashOfFile(file.Path),
                FeatureName = file.FeatureName,
                Features = networks[0].FeatureCount,
                InputShape = column.Shape,
                SeenShape = [file.Channels, file.Height, file.Width],
                PixelRange = file.Pixels?.ToString() ?? "blue first, 0 to 255, less the package's mean picture",
                Classes = Classes.Names,
                CropPadding = shift,
                BatchSize = Options.BatchSize ?? Options.DefaultBatchSize,
                Epochs = Options.Frozen ? 0 : Options.Epochs,
            };
            FineTuneTask task = new(networks[0], networks.ElementAtOrDefault(1), settings);
            tuning = () => task;
            return (settings, task);
        }

        protected override (IDataView Rows, IDataView? HeldOut) Split(TrainingSession session)
        {
            if (Options.ValidationSet is { } given)
            {
                ImageColumn.Find(given.Schema, Options.ImageColumnName);
                int[] known = ClassLabels.ReadHeldOut(Classes, given, Options.LabelColumnName, session, cancel).Rows;
                if (known.All(label => label < 0))
                    throw new ArgumentException($"no row of {nameof(Options.ValidationSet)} has a label that a training row has: give others, or none.");
                return (Input, new RowSubset(given, [.. known.Select(label => label < 0)], isKept: false));
            }

            if (Options.Frozen || Options.ValidationFraction == 0)
                return (Input, null);
            return HeldOutRows.Split(Input, labels.Rows, Options.ValidationFraction, session.Seed, nameof(Options.ValidationFraction));
        }

        protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session) =>
            TrainingRows.Read(column!, (Options.LabelColumnName, () => tensor(Array.ConvertAll(ClassLabels.ReadAs(Classes, rows, Options.LabelColumnName, cancel).Rows, label => (long)label))), rows, session, cancel);

        protected override void Start(TrainingTask task, FineTuneHistory history, TrainingRows train, TrainingRows? held, TrainingSession session)
        {
            if (history.Epochs.Count > 0)
            {
                Tuning.GoOn(history.Epochs);
                return;
            }

            // A frozen run's head may be the checkpoint's.
            if (history.ResumedFrom is not null)
                return;
            var network = (FineTuneNetwork)task.Network;
            using CachedFeatures known = CachedFeatures.Of(network, train, session, cancel);
            FrozenHead.Fit(network, known, Classes.Count, Options.L2Regularization);
            using CachedFeatures? others = held is null ? null : CachedFeatures.Of(network, held, session, cancel);
            FineTuneMetrics? heldOut = others is null ? null : FrozenHead.Judge(network, others, session.Device);
            session.Info($"the head on the frozen backbone: training rows {FrozenHead.Judge(network, known, session.Device)}{(heldOut is null ? "" : $"; held-out rows {heldOut}")}.");
            Tuning.Begin(heldOut);
        }

        protected override FineTuneEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond)
        {
            FineTuneMetrics? heldOut = judged is null ? null : FineTuneTask.ToMetrics(judged);
            Tuning.Judge(epoch, heldOut);
            return new(epoch, FineTuneTask.ToMetrics(trained), heldOut, Tuning.Frozen, Tuning.KeptEpoch, imagesPerSecond);
        }

        protected override Action<TorchProgress>? OnStep => Options.ProgressCallback is not { } tell ? null : at =>
            tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, FineTuneTask.ToMetrics(at.Train), at.ImagesPerSecond, at.Remaining));

        protected override void Announce(FineTuneEpoch epoch) => Options.MetricsCallback?.Invoke(epoch);

        protected override OnnxFiles Export(TrainingTask task)
        {
            using var scope = NewDisposeScope();
            FineTuneNetwork network = Tuning.Trained;
            return Pipeline.Export(FineTuneTransformer.Family, Options, Classes.Names,
                FineTuneScores.Of(network, outputBest: false, topK: 0, Options.OutputFeatures), column!.Shape,
                FineTuneScores.Of(network, outputBest: true, Options.TopK, Options.OutputFeatures), column!.Shape, metadata: []);
        }

        protected override FineTuneTransformer Create(OnnxFiles files, DataViewSchema schema, FineTuneHistory history, int threads) =>
            new(Pipeline.Whole(Context, column!, files[ClassifierPipeline.PipelineFile], Classes, schema, threads), Classes.Names, files, history);

        // Smaller pictures are kept as they are, and the network enlarges them, bicubically: a fiftieth of the bytes at 32×32, and better figures than with ML.NET's ResizeImages.
        private PictureInput InputOf(BackboneFile file)
        {
            int size = Math.Min(file.Height, file.Width);
            if (Options.ResizeSize > size)
                throw OptionCheck.Misfit(nameof(Options.ResizeSize), $"{nameof(Options.ResizeSize)} is {Options.ResizeSize}, and the backbone sees {file.Width}×{file.Height} pixels: set at most {size}.");
            PictureInput own = PictureInput.Decide(Context, Input, Options.ImageColumnName, Options.ResizeSize, file.Channels, Options.Resizing, largest: size, cancel: cancel);
            return own.Height < size ? own : new(Context, Options.ImageColumnName, file.Channels, file.Height, file.Width, Options.Resizing);
        }
    }
}
