using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Vae;

namespace MLNetGen;

/// <summary>
/// Trains a variational autoencoder on a column of pictures (or of vectors in [0, 1]) and returns it as an
/// ONNX-backed transformer. The objective is −ELBO: reconstruction + β · KL, in nats per image. Source: Kingma and Welling 2013, arXiv:1312.6114; β: Higgins et al. 2017.
/// </summary>
public sealed partial class VaeTrainer : EpochTrainer<VaeTrainer.Options, VaeTransformer>
{
    private const string Learner = "a VAE";

    internal VaeTrainer(MLContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        bool isPicture = NetworkInput.IsPicture(inputSchema, TrainerOptions.InputColumnName, Learner) || TrainerOptions.ImageSize > 0 || TrainerOptions.Channels > 0;
        ClassLabels.Require(inputSchema, TrainerOptions.LabelColumnName);
        VectorDataViewType latent = new(NumberDataViewType.Single, TrainerOptions.LatentDimension), one = new(NumberDataViewType.Single, 1);
        return SchemaShapes.Append(Context, inputSchema,
            (VaeColumns.Latent, latent), (VaeColumns.LatentLogVariance, latent), (VaeColumns.ReconstructionError, one), (VaeColumns.Reconstruction, isPicture ? new ImageDataViewType() : one));
    }

    private protected override EpochRun<VaeTransformer> NewRun(IDataView input, CancellationToken cancel) => new Run(Context, TrainerOptions, input, NetworkInput.Decide(
        Context, input, TrainerOptions.InputColumnName, Learner, TrainerOptions.ImageSize, TrainerOptions.Channels, TrainerOptions.Resizing, TrainerOptions.Architecture == VaeArchitecture.Mlp ? null : ConvolutionalStages.LargestSize,
        cancel: cancel), cancel);

    /// <summary>From a VAE's options to its transformer.</summary>
    private sealed class Run(MLContext context, Options options, IDataView input, NetworkInput column, CancellationToken cancel)
        : EpochRun<Options, VaeSettings, VaeEpoch, VaeTransformer>(context, "vae", options, input)
    {
        private ClassInput? classes;
        private Func<double?> deviation = () => null;

        protected override (VaeSettings Settings, TrainingTask Task) Prepare(VaeSettings settings, VaeSettings? finished, TrainingSession session)
        {
            classes = Options.LabelColumnName is { } label ? ClassInput.Decide(Context, Input, label, "a VAE of classes", cancel) : null;
            settings = settings.WithDefaults(Options, column.Shape, classes?.Classes.Names);
            VaeNetwork network = new(settings.Architecture, column.Shape, Options.LatentDimension, classes?.Classes.Count ?? 0, Options.Autoencoder, PixelLikelihood.Of(Options));
            deviation = () => network.Likelihood.IsLearnt ? network.Likelihood.Deviation : null;
            return (settings, new VaeTask(network, Options, settings.LearningRate, column));
        }

        protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session) => TrainingRows.Read(
            column, classes is { } known ? (Options.LabelColumnName!, () => known.Read(rows, Options.CancellationToken)) : null, rows, session, Options.CancellationToken);

        protected override VaeEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond) =>
            new(epoch, VaeTerms.ToMetrics(trained), judged is null ? null : VaeTerms.ToMetrics(judged), imagesPerSecond, deviation());

        protected override Action<TorchProgress>? OnStep => Options.ProgressCallback is not { } tell ? null : at =>
            tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, VaeTerms.ToMetrics(at.Train), at.ImagesPerSecond, at.Remaining));

        protected override void Announce(VaeEpoch epoch) => Options.MetricsCallback?.Invoke(epoch);

        protected override OnnxFiles Export(TrainingTask task) => VaePipeline.Export((VaeNetwork)task.Networks.Values.Single(), column, Options, classes?.Classes.Names);

        protected override VaeTransformer Create(OnnxFiles files, DataViewSchema schema, VaeHistory history, int threads)
        {
            IEstimator<ITransformer> toInputs = classes is null ? column.ToPixels() : column.ToPixels().Append(classes.ToOneHot()),
                toOutput = PictureStage.OrVector(Context, column.Shape, VaeColumns.Reconstruction, VaeColumns.Planes, VaeColumns.ReconstructedPixels);
            return new(Context, files.Chain(Context, toInputs, toOutput, schema, threads), files, history);
        }
    }
}
