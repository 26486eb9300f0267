using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Torch;

namespace MLNetGen;

/// <summary>A trained network of one's own. <see cref="OnnxChainTransformer.Transform"/> adds its output as a column.</summary>
/// <remarks>
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>network.onnx</c> for any ONNX consumer: the network as it is, its input named <c>Input</c> and
/// its output as the column.
/// </remarks>
public sealed class TorchTransformer : OnnxChainTransformer
{
    private readonly TorchOnnxFiles? files;
    private readonly TorchHistory? history;

    private TorchTransformer(ITransformer chain, TorchOnnxFiles? files, TorchHistory? history, bool ownsFiles = true)
        : base(chain, files, history, ownsFiles)
    {
        this.files = files;
        this.history = history;
    }

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<TorchEpoch> Epochs => history?.Epochs ?? [];

    /// <summary>How far the ONNX file is from the trained network: the greatest absolute difference of an output. Null for a model that was loaded.</summary>
    public double? OnnxParity => files?.Parity;

    /// <summary>Finds the network in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not one that <see cref="TorchEstimator"/> made.</exception>
    public static TorchTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        if (model is TorchTransformer same) return same;
        if (ChainParts.Trained<TorchTransformer>(model) is { } trained) return new TorchTransformer(model, trained.files, trained.history, ownsFiles: false);
        ITransformer[] parts = [.. ChainParts.Flatten(model)];
        DataViewSchema pixels = EmptyView.OfVectors(NetworkInput.Pixels).Schema;
        return parts.OfType<OnnxTransformer>().Any(onnx => ChainParts.AddedBy(onnx, pixels) is { Count: 1 })
            ? new TorchTransformer(model, files: null, history: null)
            : throw new ArgumentException($"this model is not one that ml.Torch.Estimator made: there is no such network in its chain ({string.Join(", ", parts.Select(part => part.GetType().Name))}).", nameof(model));
    }

    /// <summary>Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the pictures that training left in <paramref name="folder"/>.</summary>
    /// <param name="folder">Where to (<see cref="TrainingOptions.WorkspacePath"/>); made if it is not there.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, IReadOnlyList<string>? commandLine = null)
    {
        if (history is null || files is null) throw NoRun();
        TorchReport.Write(folder, history, files.Parity, commandLine);
    }

    internal static TorchTransformer Create(
        MLContext context, NetworkInput column, TorchOnnxFiles files, TorchEstimator.Options options, DataViewSchema input, TorchHistory history, int threads)
    {
        bool isPicture = options.Output == TorchOutput.Picture;
        string output = isPicture ? TorchOnnxFiles.Planes : options.OutputColumnName;
        IEstimator<ITransformer> whole = column.ToPixels().Append(OnnxStage.Of(context, files.Pipeline, [NetworkInput.Pixels], [output], threads));
        if (isPicture)
            whole = whole.Append(PictureStage.Of(context, (int)files.OutputShape[1], (int)files.OutputShape[2], options.OutputColumnName, TorchOnnxFiles.Planes));
        whole = whole.Append(context.Transforms.DropColumns([.. column.Intermediate, .. isPicture ? (string[])[TorchOnnxFiles.Planes] : []]));
        return new TorchTransformer(new TransformerChain<ITransformer>(whole.Fit(new EmptyView(input))), files, history);
    }
}
