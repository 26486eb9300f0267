using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.AlexNet;

namespace MLNetGen;

/// <summary>
/// A trained AlexNet. <see cref="Transform"/> adds <c>Score</c> (probabilities, a vector with the classes as slot names) and <c>PredictedLabel</c> (a key whose
/// values are the labels), and where the options asked for them <c>TopLabels</c>, <c>TopScores</c> and <c>Features</c>. ML.NET's
/// <c>MulticlassClassification.Evaluate</c> takes its rows as they are.
/// </summary>
/// <remarks>
/// It is a chain of ML.NET's own transformers around an ONNX model: <c>mlContext.Model.Save</c> writes that chain, and
/// <c>Load</c> gives the chain back where this library is not installed; <see cref="FromModel"/> makes it a classifier again.
/// Scoring is safe from several threads and cursors at once. Dispose it when done: it owns its ONNX session and,
/// where it was trained, its files.
/// </remarks>
public sealed class AlexNetTransformer : ITransformer, ICanSaveModel, IDisposable, IHasChain
{
    private readonly AlexNetOnnxFiles? files;
    private readonly Picture? kernels;

    private AlexNetTransformer(ITransformer chain, IReadOnlyList<string> classNames, AlexNetOnnxFiles? files = null, AlexNetHistory? history = null, Picture? kernels = null)
    {
        this.files = files;
        this.kernels = kernels;
        Chain = chain;
        ClassNames = classNames;
        History = history;
    }

    /// <summary>The classes, in the order of <c>Score</c>.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The training run's epochs, of all networks of an ensemble one after another; empty for a model that was loaded.</summary>
    public IReadOnlyList<AlexNetEpoch> Epochs => History?.Epochs ?? [];

    /// <summary>Why training failed before its last epoch: a loss that became NaN. Null where it did not; early stopping is no failure.</summary>
    public string? Stopped => History?.Stopped;

    /// <summary>How far the ONNX file's probabilities are from the trained network's, at most; null for a model that was loaded.</summary>
    public double? OnnxParity => files?.Parity;

    bool ITransformer.IsRowToRowMapper => Chain.IsRowToRowMapper;

    ITransformer IHasChain.Chain => Chain;

    internal ITransformer Chain { get; }

    internal AlexNetHistory? History { get; }

    internal AlexNetOnnxFiles? Files => files;

    /// <summary>Makes a classifier again of a chain that <c>mlContext.Model.Load</c> gave back.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="AlexNetTrainer"/> made.</exception>
    public static AlexNetTransformer FromModel(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryFromModel(model) ?? throw new ArgumentException("this model is not one that AlexNetTrainer made: there is no classifier in its chain "
            + $"({string.Join(", ", ChainParts.Flatten(model).Select(t => t.GetType().Name))}).", nameof(model));
    }

    /// <summary>The same; null for another model.</summary>
    public static AlexNetTransformer? TryFromModel(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model is AlexNetTransformer known)
            return known;
        // A vector of unknown size: OnnxTransformer takes it at this stage whatever size its network has.
        DataViewSchema pixels = EmptyView.OfVectors(AlexNetColumns.Pixels).Schema;
        foreach (OnnxTransformer onnx in ChainParts.Flatten(model).OfType<OnnxTransformer>())
        {
            if (ChainParts.AddedBy(onnx, pixels) is not { } added || !added.ContainsKey(AlexNetColumns.Score) || !added.ContainsKey(AlexNetColumns.Best))
                continue;
            VBuffer<ReadOnlyMemory<char>> names = default;
            onnx.GetOutputSchema(pixels)[AlexNetColumns.Score].GetSlotNames(ref names);
            return new AlexNetTransformer(model, [.. names.DenseValues().Select(name => name.ToString())]);
        }
        return null;
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => Chain.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Chain.GetOutputSchema(inputSchema);

    /// <summary>
    /// Writes <c>classifier.onnx</c> (pixels → Score, and Features where they were asked for) for any ONNX consumer. Pixels are float32 [N, channels, H, W] in
    /// [0, 1], of the network's own size; with ten crops, of the size that pictures are resized to. The labels are in its metadata.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model was loaded: its ONNX file went with the run that trained it.</exception>
    public void SaveOnnx(string folder)
    {
        if (files is null)
            throw new InvalidOperationException("a loaded model gives no ONNX files back: keep those that training wrote, or train again.");
        files.CopyTo(folder);
    }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>), and <c>kernels.png</c>.
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What <see cref="ClassificationEvaluation.EvaluateReport"/> said of held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, ClassificationReport? test = null, IReadOnlyList<string>? commandLine = null)
    {
        if (History is null || files is null)
            throw new InvalidOperationException("a loaded model knows nothing of the run that trained it: its report is where training wrote it.");
        Directory.CreateDirectory(folder);
        kernels?.Save(AlexNetSnapshots.Kernels(folder));
        AlexNetReport.Write(folder, History, files, test, commandLine);
    }

    /// <summary>Closes the ONNX session and deletes the temporary files.</summary>
    public void Dispose()
    {
        ChainParts.Dispose(Chain);
        files?.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Chain.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)Chain).Save(ctx);

    internal static AlexNetTransformer Create(ITransformer chain, AlexNetOnnxFiles files, AlexNetHistory history, Picture kernels) =>
        new(chain, history.Settings.Classes, files, history, kernels);
}
