using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
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
public sealed class VaeTransformer : OnnxChainTransformer<VaeEpoch, VaeMetrics>
{
    private readonly MLContext context;
    private readonly TransformerChain<ITransformer> preprocess;
    private readonly OnnxTransformer encoder, decoder, scores;
    private readonly long[] shape;

    internal VaeTransformer(MLContext context, ITransformer chain, OnnxFiles? files, VaeHistory? history, bool ownsFiles = true)
        : base(chain, files, history, history?.Epochs, ownsFiles)
    {
        (this.context, History) = (context, history);
        ChainNetworks networks = new(chain, nameof(VaeTrainer),
            VaeColumns.Pixels, VaeColumns.OneHot, VaeColumns.EncodedPixels, VaeColumns.Latent, VaeColumns.ClassIndex, VaeColumns.Logits);
        encoder = networks.Adding(VaeColumns.LatentLogVariance);
        decoder = networks.Adding(VaeColumns.ReconstructedPixels);
        scores = networks.Adding(VaeColumns.ReconstructionError);
        preprocess = networks.Before(encoder);
        LatentDimension = networks.LengthOf(VaeColumns.Latent);
        ClassCount = networks.LengthOf(VaeColumns.Classes);
        shape = networks.ShapeOf(VaeColumns.ReconstructedPixels);

        string[] between = [.. PictureInput.IntermediateOf(preprocess), VaeColumns.EncodedPixels, .. ClassCount > 0 ? (string[])[VaeColumns.OneHot, VaeColumns.ClassIndex] : []];
        Encoder = new OwnedChain(new(preprocess, encoder, context.Transforms.DropColumns(between).Fit(EmptyView.OfVectors(between))), files, this);
        EmptyView latent = EmptyView.OfVectors([VaeColumns.Latent, .. ClassCount > 0 ? (string[])[VaeColumns.Class] : []]);
        // In the whole pipeline the class's index comes from the encoder, under a name that no column of the user's has.
        TransformerChain<ITransformer> decode = ClassCount > 0 ? new(context.Transforms.CopyColumns(VaeColumns.ClassIndex, VaeColumns.Class).Fit(latent), decoder) : new(decoder);
        ITransformer toOutput = PictureStage.OrVector(context, shape, VaeColumns.DecodedImage, VaeColumns.Planes, VaeColumns.ReconstructedPixels).Fit(decode.Transform(latent));
        Decoder = new OwnedChain(ChainParts.WithoutBetween(context, new TransformerChain<ITransformer>(decode, toOutput), latent.Schema), files, this);
    }

    /// <summary>The input column to <c>Latent</c> and <c>LatentLogVariance</c>.</summary>
    public ITransformer Encoder { get; }

    /// <summary>
    /// <c>Latent</c> to <c>Image</c>: a picture, or a vector where the VAE was trained on vectors. Where it knows classes its rows need <c>Class</c> too, a vector of one
    /// Single: the index of the class to draw (<see cref="GenerativeCatalog.SampleLatent"/>).
    /// </summary>
    public ITransformer Decoder { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension { get; }

    /// <summary>
    /// Classes that it knows (<see cref="VaeTrainer.Options.LabelColumnName"/>), or 0. <see cref="OnnxChainTransformer.Transform"/>, <see cref="Encoder"/> and <see cref="Evaluate"/> then need the
    /// label column; a row with a label that is none of them is coded without one, and reconstructed as of the first.
    /// </summary>
    public int ClassCount { get; }

    /// <summary>The names of the classes, by index; empty without classes, and for a model that was loaded.</summary>
    public IReadOnlyList<string> ClassNames => History?.Settings.Classes ?? [];

    /// <summary>How far the ONNX files are from the trained modules; null for a model that was loaded.</summary>
    public VaeParity? OnnxParity => Files is null ? null : new(Files.ParityOf(VaePipeline.EncoderFile), Files.ParityOf(VaePipeline.DecoderFile));

    internal VaeHistory? History { get; }

    /// <summary>Finds the VAE in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="VaeTrainer"/> made.</exception>
    public static VaeTransformer FromModel(MLContext context, ITransformer model) =>
        FromModel<VaeTransformer>(context, model, trained => new(context, model, trained?.Files, trained?.History, ownsFiles: false));

    /// <summary>−ELBO of <paramref name="rows"/> and its terms, in nats per image; z is drawn once a row, by a fixed seed.</summary>
    /// <param name="rows">Rows with the column that the VAE was trained on.</param>
    /// <param name="importanceSamples">
    /// Draws of z a row for <see cref="VaeMetrics.NegativeIwae"/>, the tighter bound: 500, or 5,000 for figures to publish. Each costs a pass of the decoder. 0 leaves it out.
    /// </param>
    /// <exception cref="ArgumentException">The column is absent or of another type, there are no rows, or the samples are below 0.</exception>
    /// <exception cref="InvalidOperationException">Importance samples of an autoencoder, which says nothing of p(x).</exception>
    public VaeMetrics Evaluate(IDataView rows, int importanceSamples = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(importanceSamples);
        using BatchedOnnxTransformer coding = new(encoder, new(), ownsInner: false);
        IDataView coded = ChainParts.Tell(Chain, rows.Schema, () => coding.Transform(preprocess.Transform(ShieldedRows(rows))));
        using ImportanceWeightedLoss? bound = importanceSamples > 0 ? new(decoder, scores, LatentDimension, shape, ClassCount > 0, importanceSamples) : null;
        return VaeModelLoss.Of(context, coded, decoder, scores, bound);
    }

    private protected override void WriteReport(string folder, VaeMetrics? test, IReadOnlyList<string>? commandLine) => VaeReport.Write(folder, History!, Files!, OnnxParity!, test, commandLine);
}
