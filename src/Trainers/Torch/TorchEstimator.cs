using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Torch;

namespace MLNetGen;

/// <summary>
/// Trains a network of your own, a <see cref="TrainingTask"/>, on a column of pictures or vectors and returns it as an ONNX-backed transformer, whose saved model loads where
/// there is Microsoft.ML alone.
/// </summary>
public sealed partial class TorchEstimator : EpochTrainer<TorchEstimator.Options, TorchTransformer>
{
    private readonly Func<long[], TrainingTask> create;

    internal TorchEstimator(MLContext context, Func<long[], TrainingTask> create, Options options)
        : base(context, options) => this.create = create;

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.Any(column => column.Name == TrainerOptions.InputColumnName)) throw SchemaShapes.NoColumn(inputSchema, $"'{TrainerOptions.InputColumnName}' to learn from");
        return SchemaShapes.Append(Context, inputSchema, (TrainerOptions.OutputColumnName, TrainerOptions.Output == TorchOutput.Picture ? new ImageDataViewType() : new VectorDataViewType(NumberDataViewType.Single, 1)));
    }

    private protected override EpochRun<TorchTransformer> NewRun(IDataView input, CancellationToken cancel) => new TorchRun(Context, create, TrainerOptions, input, NetworkInput.Decide(
        Context, input, TrainerOptions.InputColumnName, "a network", TrainerOptions.ImageSize, TrainerOptions.Channels, TrainerOptions.Resizing, anyVector: true, cancel: cancel));
}
