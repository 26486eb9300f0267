using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
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

internal sealed record CodeSettings : RunSettings
{
    public required long[] InputShape { get; init; }
    public required int CodeLength { get; init; }
    public required long TrainingRows { get; init; }
    public required string TrainingData { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }

    protected override IEnumerable<string> MayDiffer => [nameof(Epochs)];
}

internal sealed record CodeEpoch(int Epoch, double Loss, double? TestLoss, double ImagesPerSecond) : ITimed
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: loss {Loss:G4}; held out {TestLoss:G4}");
}

internal sealed class CodeOnnxFiles : OnnxBundle
{
    private const string Name = "encoder.onnx";

    private CodeOnnxFiles(TrainingOptions options, string temporary)
        : base("code", temporary, OnnxFile.WeightsOf(options), Name)
    {
    }

    public string Encoder => PathOf(Name);

    public static CodeOnnxFiles Export(CodeTask task, long[] shape, TrainingOptions options, string temporary) =>
        Written(new CodeOnnxFiles(options, temporary), files => files.Write(task.Network, [zeros([1, .. shape])], Name, "encoder", [NetworkInput.Pixels], ["Code"]));
}

internal sealed class CodeTransformer : OnnxChainTransformer
{
    private CodeTransformer(ITransformer chain, CodeOnnxFiles files, CodeHistory history)
        : base(chain, files, history) => Epochs = history.Epochs;

    public IReadOnlyList<CodeEpoch> Epochs { get; }

    public static CodeTransformer Create(MLContext context, NetworkInput column, CodeOnnxFiles files, DataViewSchema input, CodeHistory history, int threads)
    {
        IEstimator<ITransformer> whole = column.ToPixels()
            .Append(OnnxStage.Of(context, files.Encoder, [NetworkInput.Pixels], ["Code"], threads))
            .Append(context.Transforms.DropColumns(column.Intermediate));
        return new(new TransformerChain<ITransformer>(whole.Fit(new EmptyView(input))), files, history);
    }
}

internal sealed class CodeTrainer(MLContext context, CodeTrainer.Options options) : IEstimator<CodeTransformer>
{
    public CodeTransformer Fit(IDataView input)
    {
        CodeHistory.Header? resumed = CodeHistory.ToResume(options);
        using TrainingSession session = TrainingSession.Begin(context, "code", options, resumed?.Settings.Seed);
        NetworkInput column = ColumnOf(input);
        using CodeTask task = new(column.Shape, options.CodeLength);
        OnnxFile.Try(context.TempFilePath);

        Tensor pixels = column.Read(input, options.CancellationToken);
        CodeSettings settings = SettingsOf(column, session, pixels.shape[0], TrainingData.HashOf(pixels));
        CodeHistory history = CodeHistory.Begin(options, resumed, settings, task.Networks, session);
        using TrainingRows train = new(new BatchFeed(pixels, column.Scale, session.Device));
        using TrainingRows? held = options.ValidationSet is { } set ? new(new BatchFeed(column.Read(set, options.CancellationToken), column.Scale, session.Device)) : null;

        foreach (Module network in task.Networks.Values) network.to(session.Device);
        new Trainer(options, session).Run(new EpochTask<CodeSettings, CodeEpoch>(task, history, session, train, held)
        {
            Epochs = options.Epochs,
            BatchSize = settings.BatchSize,
            Schedule = LearningRateSchedule.Constant,
            ToEpoch = (epoch, trained, judged, speed) => new(epoch, trained["loss"], judged?["loss"], speed),
            Progress = (_, _) => options.ProgressCallback?.Invoke(),
            MetricsCallback = options.MetricsCallback,
            RemedyOfDivergence = "look for broken rows",
        });
        return Export(task, column, input.Schema, history, session);
    }

    public CodeTransformer FitFromCheckpoint(IDataView input)
    {
        CodeHistory.Header finished = CodeHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, "code", options, finished.Settings.Seed);
        NetworkInput column = ColumnOf(input);
        using CodeTask task = new(column.Shape, options.CodeLength);
        // The rows are taken for the run's own.
        CodeSettings settings = SettingsOf(column, session, finished.Settings.TrainingRows, finished.Settings.TrainingData);
        return Export(task, column, input.Schema, CodeHistory.Begin(options, finished, settings, task.Networks, session), session);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        SchemaShapes.Append(context, inputSchema, new DataViewSchema.DetachedColumn("Code", new VectorDataViewType(NumberDataViewType.Single, options.CodeLength)));

    private CodeTransformer Export(CodeTask task, NetworkInput column, DataViewSchema schema, CodeHistory history, TrainingSession session)
    {
        task.Network.to(CPU);
        task.Network.eval();
        return OnnxBundle.Use(
            CodeOnnxFiles.Export(task, column.Shape, options, context.TempFilePath),
            files => CodeTransformer.Create(context, column, files, schema, history, session.NumberOfThreads));
    }

    private PictureInput ColumnOf(IDataView input) =>
        PictureInput.Decide(context, input, "Image", size: 0, channels: 0, ImageResizingEstimator.ResizingKind.IsoCrop);

    private CodeSettings SettingsOf(NetworkInput column, TrainingSession session, long rows, string data) => new()
    {
        Seed = session.Seed,
        InputShape = column.Shape,
        CodeLength = options.CodeLength,
        TrainingRows = rows,
        TrainingData = data,
        BatchSize = options.BatchSize ?? 32,
        Epochs = options.Epochs,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };

    public sealed class Options : TrainingOptions
    {
        public int CodeLength { get; set; } = 4;

        public Action? ProgressCallback { get; set; }

        public Action<CodeEpoch>? MetricsCallback { get; set; }
    }
}
