using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Vae;

namespace MLNetGen;

/// <summary>
/// A trained VAE. <see cref="Transform"/> adds <c>Latent</c> and <c>LatentLogVariance</c> (vectors),
/// <c>Reconstruction</c> (of the mean: a picture; a vector for a vector column that is not given as pictures) and <c>ReconstructionError</c>
/// (mean squared error per pixel in [0, 1]; a vector of one).
/// </summary>
/// <remarks>
/// It is a chain of ML.NET's own transformers around ONNX models: <c>mlContext.Model.Save</c> writes that chain, and
/// <c>Load</c> gives the chain back where this library is not installed; <see cref="FromModel"/> makes it a VAE again.
/// Scoring is safe from several threads and cursors at once. Dispose it when done: it owns its ONNX sessions and,
/// where it was trained, their files.
/// </remarks>
public sealed class VaeTransformer : ITransformer, ICanSaveModel, IDisposable, IHasChain
{
    private readonly MLContext context;
    private readonly VaeParts parts;
    private readonly VaeOnnxFiles? files;

    private VaeTransformer(MLContext context, ITransformer chain, VaeParts parts, VaeOnnxFiles? files, VaeHistory? history)
    {
        this.context = context;
        this.parts = parts;
        this.files = files;
        Chain = chain;
        History = history;
        Encoder = new OwnedChain(VaePipeline.Encode(context, parts), files);
        Decoder = new OwnedChain(VaePipeline.Decode(context, parts), files);
    }

    /// <summary>The input column to <c>Latent</c> and <c>LatentLogVariance</c>.</summary>
    public ITransformer Encoder { get; }

    /// <summary><c>Latent</c> to <c>Image</c>: a picture, or a vector where the VAE was trained on vectors.</summary>
    public ITransformer Decoder { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension => parts.LatentDimension;

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<VaeEpoch> Epochs => History?.Epochs ?? [];

    /// <summary>Why training ended before its last epoch, such as a loss that became NaN; null where it did not.</summary>
    public string? Stopped => History?.Stopped;

    /// <summary>How far the ONNX files are from the trained modules; null for a model that was loaded.</summary>
    public VaeParity? OnnxParity => files?.Parity;

    bool ITransformer.IsRowToRowMapper => Chain.IsRowToRowMapper;

    ITransformer IHasChain.Chain => Chain;

    internal ITransformer Chain { get; }

    internal VaeHistory? History { get; }

    internal VaeOnnxFiles? Files => files;

    /// <summary>Makes a VAE again of a chain that <c>mlContext.Model.Load</c> gave back.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="VaeTrainer"/> made.</exception>
    public static VaeTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return model as VaeTransformer ?? new VaeTransformer(context, model, VaeParts.Find(model), files: null, history: null);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => Chain.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Chain.GetOutputSchema(inputSchema);

    /// <summary>−ELBO of <paramref name="rows"/> and its terms, in nats per image; z is drawn once a row, by a fixed seed.</summary>
    /// <param name="rows">Rows with the column that the VAE was trained on.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public VaeMetrics Evaluate(IDataView rows) => VaeEvaluator.Evaluate(context, parts, rows);

    /// <summary>
    /// Writes <c>encoder.onnx</c> (pixels → Latent, LatentLogVariance), <c>decoder.onnx</c> (Latent → reconstruction)
    /// and <c>vae.onnx</c> (pixels → all three) for any ONNX consumer. Pixels are float32 [N, channels, H, W] in [0, 1].
    /// </summary>
    /// <exception cref="InvalidOperationException">The model was loaded: its ONNX files went with the run that trained it.</exception>
    public void SaveOnnx(string folder)
    {
        if (files is null)
            throw new InvalidOperationException("a loaded model gives no ONNX files back: keep those that training wrote, or train again.");
        files.CopyTo(folder);
    }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>).
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What <see cref="Evaluate"/> said of held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, VaeMetrics? test = null, IReadOnlyList<string>? commandLine = null)
    {
        if (History is null || OnnxParity is null)
            throw new InvalidOperationException("a loaded model knows nothing of the run that trained it: its report is where training wrote it.");
        VaeReport.Write(folder, History, test, OnnxParity, commandLine);
    }

    /// <summary>Closes the ONNX sessions and deletes the temporary files.</summary>
    public void Dispose()
    {
        parts.Encoder.Dispose();
        parts.Decoder.Dispose();
        parts.Scores.Dispose();
        files?.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Chain.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)Chain).Save(ctx);

    internal static VaeTransformer Create(MLContext context, NetworkInput column, VaeOnnxFiles files, DataViewSchema input, VaeHistory history, int threads)
    {
        ITransformer chain = VaePipeline.Whole(context, column, files, input, threads);
        return new VaeTransformer(context, chain, VaeParts.Find(chain), files, history);
    }
}
