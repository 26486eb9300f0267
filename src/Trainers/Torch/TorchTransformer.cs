using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Torch;

namespace MLNetGen;

/// <summary>A trained network of one's own. <see cref="Transform"/> adds its output as a column.</summary>
/// <remarks>
/// It is a chain of ML.NET's own transformers around an ONNX model: <c>mlContext.Model.Save</c> writes that chain, and <c>Load</c> gives the chain back where this library is not
/// installed. Scoring is safe from several threads and cursors at once. Dispose it when done: it owns its ONNX session and the files.
/// </remarks>
public sealed class TorchTransformer : ITransformer, ICanSaveModel, IDisposable, IHasChain
{
    private readonly TorchOnnxFiles files;
    private readonly TorchHistory history;
    private readonly ITransformer chain;

    private TorchTransformer(ITransformer chain, TorchOnnxFiles files, TorchHistory history)
    {
        this.chain = chain;
        this.files = files;
        this.history = history;
    }

    /// <summary>The training run's epochs.</summary>
    public IReadOnlyList<TorchEpoch> Epochs => history.Epochs;

    /// <summary>Why training ended before its last epoch, such as a loss that became NaN; null where it did not.</summary>
    public string? Stopped => history.Stopped;

    /// <summary>How far the ONNX file is from the trained network: the greatest absolute difference of an output.</summary>
    public double OnnxParity => files.Parity;

    bool ITransformer.IsRowToRowMapper => chain.IsRowToRowMapper;

    ITransformer IHasChain.Chain => chain;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => chain.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => chain.GetOutputSchema(inputSchema);

    /// <summary>Writes <c>network.onnx</c> for any ONNX consumer: the network as it is, its input named <c>Input</c> and its output as the column.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    public void SaveOnnx(string folder) => files.CopyTo(folder);

    /// <summary>Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the pictures that training left in <paramref name="folder"/>.</summary>
    /// <param name="folder">Where to (<see cref="TrainingOptions.WorkspacePath"/>); made if it is not there.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    public void SaveReport(string folder, IReadOnlyList<string>? commandLine = null) => TorchReport.Write(folder, history, files.Parity, commandLine);

    /// <summary>Closes the ONNX session and deletes the temporary files.</summary>
    public void Dispose()
    {
        ChainParts.Dispose(chain);
        files.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => chain.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)chain).Save(ctx);

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
