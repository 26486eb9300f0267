using Microsoft.ML;
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
    internal const string NetworkFile = "network.onnx";

    private readonly TorchHistory? history;

    internal TorchTransformer(ITransformer chain, OnnxFiles? files, TorchHistory? history, bool ownsFiles = true)
        : base(chain, files, history, ownsFiles) => this.history = history;

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<TorchEpoch> Epochs => history?.Epochs ?? [];

    /// <summary>How far the ONNX file is from the trained network: the greatest absolute difference of an output. Null for a model that was loaded.</summary>
    public double? OnnxParity => Files?.ParityOf(NetworkFile);

    /// <summary>Finds the network in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not one that <see cref="TorchEstimator"/> made.</exception>
    public static TorchTransformer FromModel(MLContext context, ITransformer model) => FromModel<TorchTransformer>(context, model, trained =>
    {
        if (trained is not null) return new(model, trained.Files, trained.history, ownsFiles: false);
        ITransformer[] parts = [.. ChainParts.Flatten(model)];
        DataViewSchema pixels = EmptyView.OfVectors(NetworkInput.Pixels).Schema;
        return parts.OfType<OnnxTransformer>().Any(onnx => ChainParts.AddedBy(onnx, pixels) is { Count: 1 })
            ? new(model, files: null, history: null)
            : throw new ArgumentException($"this model is not one that ml.Torch.Estimator made: there is no such network in its chain ({string.Join(", ", parts.Select(part => part.GetType().Name))}).", nameof(model));
    });

    /// <summary>Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the pictures that training left in <paramref name="folder"/>.</summary>
    /// <param name="folder">Where to (<see cref="TrainingOptions.WorkspacePath"/>); made if it is not there.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, IReadOnlyList<string>? commandLine = null)
    {
        if (history is null || OnnxParity is not { } parity) throw NoRun();
        TorchReport.Write(folder, history, parity, commandLine);
    }
}
