using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using CodeHistory = MLNetGen.RunHistory<MLNetGen.Tests.Docs.CodeSettings, MLNetGen.Tests.Docs.CodeEpoch>;

namespace MLNetGen.Tests.Docs;

/// <summary>The family of docs/new-family.md: a picture in a few numbers, by a linear autoencoder, whose codes span what the principal components do.</summary>
internal sealed class CodeTask(long[] shape, int codeLength)
    : TrainingTask(Sequential(Flatten(), Linear(shape.Aggregate((a, b) => a * b), codeLength)))
{
    private readonly Linear decoder = Linear(codeLength, shape.Aggregate((a, b) => a * b));

    public override IReadOnlyDictionary<string, Module> Networks => new Dictionary<string, Module> { ["encoder"] = Network, ["decoder"] = decoder };

    public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(decoder.call(Network.call(batch.Input)), batch.Input.flatten(1));
}

internal sealed record CodeSettings : EpochSettings
{
    public long[] InputShape { get; init; } = [];
    public int CodeLength { get; init; }

    public override string Describe() => $"{string.Join("×", InputShape)} in {CodeLength} numbers";
}

internal sealed record CodeEpoch(int Epoch, double Loss, double? TestLoss, double ImagesPerSecond) : ITimed
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: loss {Loss:G4}; held out {TestLoss:G4}");
}

internal sealed class CodeTransformer(ITransformer chain, OnnxFiles files, CodeHistory history) : OnnxChainTransformer(chain, files, history)
{
    public IReadOnlyList<CodeEpoch> Epochs => history.Epochs;
}

internal sealed class CodeTrainer(MLContext context, CodeTrainer.Options options) : EpochTrainer<CodeTrainer.Options, CodeTransformer>(context, options)
{
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        SchemaShapes.Append(Context, inputSchema, ("Code", new VectorDataViewType(NumberDataViewType.Single, TrainerOptions.CodeLength)));

    private protected override EpochRun<CodeTransformer> NewRun(IDataView input, CancellationToken cancel) =>
        new CodeRun(Context, TrainerOptions, input, PictureInput.Decide(Context, input, "Image", size: 0, channels: 0, ImageResizingEstimator.ResizingKind.IsoCrop, cancel: cancel));

    public sealed class Options : TrainingOptions
    {
        public int CodeLength { get; set; } = 4;

        public Action? ProgressCallback { get; set; }

        public Action<CodeEpoch>? MetricsCallback { get; set; }
    }
}

internal sealed class CodeRun(MLContext context, CodeTrainer.Options options, IDataView input, NetworkInput column)
    : EpochRun<CodeTrainer.Options, CodeSettings, CodeEpoch, CodeTransformer>(context, "code", options, input)
{
    protected override (CodeSettings Settings, TrainingTask Task) Prepare(CodeSettings settings, CodeSettings? finished, TrainingSession session) =>
        (settings with { InputShape = column.Shape, BatchSize = Options.BatchSize ?? 32 }, new CodeTask(column.Shape, settings.CodeLength));

    protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session) =>
        TrainingRows.Read(column, label: null, rows, session, Options.CancellationToken);

    protected override CodeEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond) =>
        new(epoch, trained["loss"], judged?["loss"], imagesPerSecond);

    protected override Action<TorchProgress>? OnStep => Options.ProgressCallback is not { } tell ? null : _ => tell();

    protected override void Announce(CodeEpoch epoch) => Options.MetricsCallback?.Invoke(epoch);

    protected override OnnxFiles Export(TrainingTask task)
    {
        Tensor[] example = [zeros([1, .. column.Shape])];
        return OnnxFiles.Export("code", Options, metadata: [],
            published: [new("encoder.onnx", "encoder", task.Network, example, ["pixels"], ["Code"])],
            pipeline: [new("pipeline-encoder.onnx", "encoder", task.Network, example, [NetworkInput.Pixels], ["Code"])]);
    }

    protected override CodeTransformer Create(OnnxFiles files, DataViewSchema schema, CodeHistory history, int threads) =>
        new(files.Chain(Context, column.ToPixels(), toOutputs: null, schema, threads), files, history);
}
