using Microsoft.ML;
using MLNetGen.Vae;

namespace MLNetGen;

/// <summary>
/// A trained VAE. <see cref="OnnxChainTransformer.Transform"/> adds <c>Latent</c> and <c>LatentLogVariance</c> (vectors),
/// <c>Reconstruction</c> (of the mean: a picture; a vector for a vector column that is not given as pictures) and <c>ReconstructionError</c>
/// (mean squared error per pixel in [0, 1]; a vector of one). <see cref="FromModel"/> makes a VAE again of what <c>Model.Load</c> gave.
/// </summary>
/// <remarks>
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>encoder.onnx</c> (pixels → Latent, LatentLogVariance), <c>decoder.onnx</c> (Latent →
/// reconstruction) and <c>vae.onnx</c> (pixels → all three) for any ONNX consumer. Pixels are float32 [N, channels, H, W] in [0, 1].
/// </remarks>
public sealed class VaeTransformer : OnnxChainTransformer
{
    private readonly MLContext context;
    private readonly VaeParts parts;
    private readonly VaeOnnxFiles? files;

    private VaeTransformer(MLContext context, ITransformer chain, VaeParts parts, VaeOnnxFiles? files, VaeHistory? history, bool ownsFiles = true)
        : base(chain, files, history, ownsFiles)
    {
        this.context = context;
        this.parts = parts;
        this.files = files;
        History = history;
        Encoder = new OwnedChain(VaePipeline.Encode(context, parts), files, this);
        Decoder = new OwnedChain(VaePipeline.Decode(context, parts), files, this);
    }

    /// <summary>The input column to <c>Latent</c> and <c>LatentLogVariance</c>.</summary>
    public ITransformer Encoder { get; }

    /// <summary><c>Latent</c> to <c>Image</c>: a picture, or a vector where the VAE was trained on vectors.</summary>
    public ITransformer Decoder { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension => parts.LatentDimension;

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<VaeEpoch> Epochs => History?.Epochs ?? [];

    /// <summary>How far the ONNX files are from the trained modules; null for a model that was loaded.</summary>
    public VaeParity? OnnxParity => files?.Parity;

    internal VaeHistory? History { get; }

    internal VaeOnnxFiles? Files => files;

    /// <summary>Finds the VAE in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="VaeTrainer"/> made.</exception>
    public static VaeTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        if (model is VaeTransformer same)
            return same;
        VaeTransformer? trained = ChainParts.Trained<VaeTransformer>(model);
        return new VaeTransformer(context, model, VaeParts.Find(model), trained?.files, trained?.History, ownsFiles: false);
    }

    /// <summary>−ELBO of <paramref name="rows"/> and its terms, in nats per image; z is drawn once a row, by a fixed seed.</summary>
    /// <param name="rows">Rows with the column that the VAE was trained on.</param>
    /// <param name="importanceSamples">
    /// Draws of z a row for <see cref="VaeMetrics.NegativeIwae"/>, the tighter bound: 500, or 5,000 for figures to publish. Each costs a pass of the decoder. 0 leaves it out.
    /// </param>
    /// <exception cref="ArgumentException">There are no rows, or the samples are below 0.</exception>
    /// <exception cref="InvalidOperationException">Importance samples of an autoencoder, which says nothing of p(x).</exception>
    public VaeMetrics Evaluate(IDataView rows, int importanceSamples = 0) => VaeEvaluator.Evaluate(context, parts, ShieldedRows(rows), importanceSamples);

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
            throw NoRun();
        VaeReport.Write(folder, History, test, OnnxParity, commandLine);
    }

    internal static VaeTransformer Create(MLContext context, ITransformer chain, VaeOnnxFiles files, VaeHistory history) =>
        new(context, chain, VaeParts.Find(chain), files, history);
}
