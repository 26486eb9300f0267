using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.SuperResolution;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a network that enlarges pictures: sharp ones are blurred and shrunk, and the network learns the way back. Returns it as an ONNX-backed transformer.
/// Source: Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution", arXiv:1603.08155.
/// </summary>
public sealed partial class SuperResolutionTrainer : EpochTrainer<SuperResolutionTrainer.Options, SuperResolutionTransformer>
{
    internal SuperResolutionTrainer(MLContext context, Options options)
        : base(context, options)
    {
    }

    /// <summary><see cref="EpochTrainer{TOptions, TTransformer}.FitFromCheckpoint"/> without rows: nothing is read of them.</summary>
    /// <inheritdoc cref="EpochTrainer{TOptions, TTransformer}.FitFromCheckpoint"/>
    public SuperResolutionTransformer FitFromCheckpoint() => FitFromCheckpoint(EmptyView.OfVectors());

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        NetworkInput.IsPicture(inputSchema, TrainerOptions.InputColumnName, "super-resolution", alsoVectors: false);
        return SchemaShapes.Append(Context, inputSchema, (TrainerOptions.OutputColumnName, new ImageDataViewType()));
    }

    /// <summary>Writes <c>upscaler.onnx</c>, the network as it is, and <c>upscaler-uint8.onnx</c>, from bytes to bytes.</summary>
    internal static OnnxFiles Export(nn.Module<Tensor, Tensor> network, Options options)
    {
        using var scope = NewDisposeScope();
        // Not square, so that no axis is taken for the other. Random values of the check lie in [0, 1]; pictures do not.
        Tensor example = zeros(1, 3, 12, 10), levels = arange(example.numel(), dtype: ScalarType.Float32).mul(37).remainder(256).reshape(example.shape);
        return OnnxFiles.Export(SuperResolutionTransformer.Family, options,
            metadata: [new(PictureNetwork.FactorKey, $"{options.Factor}"), new("architecture", $"{options.Architecture}"), new("loss", $"{options.Loss}"), new("pixelRange", "0,255")],
            published:
            [
                new(SuperResolutionTransformer.NetworkFile, "upscaler", network, [example], ["small"], ["large"]) { AnySize = true, Also = [levels] },
                new(SuperResolutionTransformer.BytesFile, "upscaler", network, [example], [SuperResolutionTransformer.BytesInput], [SuperResolutionTransformer.BytesOutput]) { AnySize = true, AsBytes = true },
            ],
            pipeline: []);
    }

    private protected override EpochRun<SuperResolutionTransformer> NewRun(IDataView input, CancellationToken cancel) => new Run(Context, TrainerOptions, input);

    /// <summary>From the options to the transformer.</summary>
    private sealed class Run(MLContext context, Options options, IDataView input)
        : EpochRun<Options, SuperResolutionSettings, SuperResolutionEpoch, SuperResolutionTransformer>(context, SuperResolutionTransformer.Family, options, input)
    {
        private int patch;

        protected override (SuperResolutionSettings Settings, TrainingTask Task) Prepare(SuperResolutionSettings settings, SuperResolutionSettings? finished, TrainingSession session)
        {
            patch = Options.PatchSize > 0 ? Options.PatchSize : finished?.PatchSize ?? Patches.DefaultSize(Input, Options.InputColumnName, Options.Factor, Options.CancellationToken);
            SuperResolutionObjective objective = SuperResolutionObjective.For(Options, session.Device);
            if (patch < objective.SmallestSide)
            {
                using (objective)
                    throw new ArgumentException($"patches have {patch}×{patch} pixels, and {objective.Network} needs {objective.SmallestSide}: give larger pictures, or a larger {nameof(Options.PatchSize)}.");
            }

            settings = settings with { LossNetwork = objective.Network, LossLayer = objective.Layer, PatchSize = patch, BatchSize = Options.BatchSize ?? SuperResolutionTrainer.Options.DefaultBatchSize };
            return (settings, new SuperResolutionTask(new SuperResolutionNetwork(Options.Architecture, Options.Factor, Options.Width), objective, settings));
        }

        protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session)
        {
            Patches patches = Patches.Of(rows, isTraining ? "training rows" : nameof(Options.ValidationSet), Options.InputColumnName, patch,
                isTraining ? Options.PatchesPerPicture : 1, isTraining ? session.Seed : null, Options.CancellationToken);
            if (patches.TooSmall > 0)
                Warn($"{patches.TooSmall:N0} {(isTraining ? "training" : "held-out")} pictures are smaller than a patch of {patch}×{patch} and left out: a smaller {nameof(Options.PatchSize)} takes them in.");
            string hash = TrainingData.HashOf(patches.Rows);
            return new(new BatchFeed(patches.Rows, 1, session.Device)) { Hash = hash };
        }

        protected override SuperResolutionEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond) =>
            new(epoch, SuperResolutionTask.ToTerms(trained), judged is null ? null : SuperResolutionTask.ToQuality(judged), imagesPerSecond);

        protected override Action<TorchProgress>? OnStep => Options.ProgressCallback is not { } tell ? null : at =>
            tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, SuperResolutionTask.ToTerms(at.Train), at.ImagesPerSecond, at.Remaining));

        protected override void Announce(SuperResolutionEpoch epoch) => Options.MetricsCallback?.Invoke(epoch);

        protected override OnnxFiles Export(TrainingTask task) => SuperResolutionTrainer.Export(task.Network, Options);

        protected override SuperResolutionTransformer Create(OnnxFiles files, DataViewSchema schema, SuperResolutionHistory history, int threads) => new(
            Context, new PictureNetwork(files[SuperResolutionTransformer.BytesFile], Options.Factor, threads, Context), Options.InputColumnName, Options.OutputColumnName, files, history);
    }
}
