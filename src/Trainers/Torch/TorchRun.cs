using System.Text.Json;
using Microsoft.ML;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Torch;

/// <summary>From the function that makes a task to its transformer.</summary>
internal sealed class TorchRun(MLContext context, Func<long[], TrainingTask> create, TorchEstimator.Options options, IDataView input, NetworkInput column)
    : EpochRun<TorchEstimator.Options, TorchSettings, TorchEpoch, TorchTransformer>(context, "torch", options, input)
{
    // That an ONNX file is tried on.
    private const int TriedRows = 4;

    private const string Planes = "mlnetgen.planes";

    private Tensor? triedRows;
    private long[] outputShape = [];

    private bool IsPicture => Options.Output == TorchOutput.Picture;

    protected override (TorchSettings Settings, TrainingTask Task) Prepare(TorchSettings settings, TorchSettings? finished, TrainingSession session)
    {
        TrainingTask task = create(column.Shape) ?? throw new InvalidOperationException("the function that makes the task gave null.");
        return (settings with
        {
            Task = task.GetType().Name,
            TaskSettings = task.Settings is { } own ? JsonSerializer.SerializeToNode(own, own.GetType(), RunJson.Options) : null,
            Networks = string.Join(", ", task.Networks.Select(network => $"{network.Key} ({network.Value.GetType().Name}, {network.Value.parameters().Sum(p => p.numel())} parameters)")),
            InputShape = column.Shape,
            Label = Options.LabelColumnName,
            BatchSize = Options.BatchSize ?? TorchEstimator.Options.DefaultBatchSize,
        }, task);
    }

    // A network that cannot be exported, or gives something else than was said.
    protected override void Try(TrainingTask task)
    {
        using var scope = NewDisposeScope();
        string name = task.GetType().Name;
        Tensor example = rand([2, .. column.Shape]);
        long[] shape;
        task.Network.eval();
        using (no_grad())
        {
            try
            {
                shape = task.Network.call(example).shape;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new ArgumentException($"the network of {name} does not accept rows of column '{column.Name}', [N, {string.Join(", ", column.Shape)}]: {e.Message.Split('\n')[0]}", e);
            }
        }

        if (shape.Length == 0 || shape[0] != 2)
            throw new ArgumentException($"the network of {name} gives [{string.Join(", ", shape)}] for two rows: its first axis must be the rows'.");
        if (IsPicture && shape is not [_, 1 or 3, _, _])
            throw new ArgumentException($"{nameof(Options.Output)} is {TorchOutput.Picture}, and the network of {name} gives [N, {string.Join(", ", shape[1..])}]: it must give [N, 1 or 3, height, width], or choose {TorchOutput.Vector}.");
        OnnxExporter.Export(task.Network, example, Stream.Null);
        base.Try(task);
    }

    protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session)
    {
        TrainingRows read = TrainingRows.Read(column, Options.LabelColumnName is { } label ? (label, () => LabelInput.Read(rows, label, Options.CancellationToken)) : null, rows, session, Options.CancellationToken);
        if (isTraining)
            triedRows = read.Input.Slice(0, TriedRows).cpu();
        return read;
    }

    protected override TorchEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond) =>
        new(epoch, trained, judged, imagesPerSecond);

    protected override Action<TorchProgress>? OnStep => Options.ProgressCallback;

    protected override void Announce(TorchEpoch epoch) => Options.MetricsCallback?.Invoke(epoch);

    protected override OnnxFiles Export(TrainingTask task)
    {
        using var scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> network = task.Network;
        Tensor[] example = [zeros([1, .. column.Shape])], rows = [triedRows ?? FirstRows()];
        using (no_grad()) outputShape = network.call(example[0]).shape[1..];
        using PicturePlanes planes = new();
        // As the pipeline holds it: a vector out, or planes for ConvertToImage.
        ExportableModule inPipeline = ExportableModule.FromFunction(
            x => [IsPicture ? planes.call(network.call(x[0]).clamp(0, 1)) : network.call(x[0]).reshape(x[0].shape[0], -1)], network, planes);
        string name = network.GetType().Name;
        return OnnxFiles.Export("torch", Options, [],
            published: [new(TorchTransformer.NetworkFile, name, network, example, ["Input"], [Options.OutputColumnName]) { Scale = 1, Also = rows }],
            pipeline:
            [
                new("pipeline-network.onnx", name, inPipeline, example, [NetworkInput.Pixels], [IsPicture ? Planes : Options.OutputColumnName])
                {
                    Tolerance = IsPicture ? OnnxFile.OneLevel : OnnxFile.Tolerance,
                    Scale = 1,
                    Also = rows,
                },
            ]);
    }

    protected override TorchTransformer Create(OnnxFiles files, DataViewSchema schema, TorchHistory history, int threads)
    {
        IEstimator<ITransformer>? toOutput = IsPicture ? PictureStage.Of(Context, (int)outputShape[1], (int)outputShape[2], Options.OutputColumnName, Planes) : null;
        return new(files.Chain(Context, column.ToPixels(), toOutput, schema, threads), files, history);
    }

    private Tensor FirstRows()
    {
        using BatchFeed rows = new(column.Read(Context.Data.TakeRows(Input, TriedRows), CancellationToken.None), column.Scale, CPU);
        return rows.Slice(0, TriedRows);
    }
}
