using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
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

    internal VaeTransformer(MLContext context, ITransformer chain, OnnxFiles? files, VaeHistory? history, bool ownsFiles = true)
        : base(chain, files, history, history?.Epochs, ownsFiles)
    {
        (this.context, Files, History) = (context, files, history);
        ChainNetworks networks = new(chain, nameof(VaeTrainer), VaeColumns.Pixels, VaeColumns.EncodedPixels, VaeColumns.Latent, VaeColumns.Logits);
        encoder = networks.Adding(VaeColumns.LatentLogVariance);
        decoder = networks.Adding(VaeColumns.ReconstructedPixels);
        scores = networks.Adding(VaeColumns.ReconstructionError);
        preprocess = networks.Before(encoder);
        LatentDimension = (int)networks.ShapeOf(VaeColumns.Latent)[0];

        string[] between = [.. preprocess.Any(part => part is ImageResizingTransformer) ? PictureInput.IntermediateColumns : [VaeColumns.Pixels], VaeColumns.EncodedPixels];
        Encoder = new OwnedChain(new(preprocess, encoder, context.Transforms.DropColumns(between).Fit(EmptyView.OfVectors(between))), files, this);
        EmptyView latent = EmptyView.OfVectors(VaeColumns.Latent);
        ITransformer toOutput = VaePipeline.ToOutput(context, networks.ShapeOf(VaeColumns.ReconstructedPixels), VaeColumns.DecodedImage).Fit(decoder.Transform(latent));
        Decoder = new OwnedChain(ChainParts.WithoutBetween(context, new TransformerChain<ITransformer>(decoder, toOutput), latent.Schema), files, this);
    }

    /// <summary>The input column to <c>Latent</c> and <c>LatentLogVariance</c>.</summary>
    public ITransformer Encoder { get; }

    /// <summary><c>Latent</c> to <c>Image</c>: a picture, or a vector where the VAE was trained on vectors.</summary>
    public ITransformer Decoder { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension { get; }

    /// <summary>How far the ONNX files are from the trained modules; null for a model that was loaded.</summary>
    public VaeParity? OnnxParity => Files is null ? null : new(Files.ParityOf(VaePipeline.EncoderFile), Files.ParityOf(VaePipeline.DecoderFile));

    internal VaeHistory? History { get; }

    internal OnnxFiles? Files { get; }

    /// <summary>Finds the VAE in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="VaeTrainer"/> made.</exception>
    public static VaeTransformer FromModel(MLContext context, ITransformer model) =>
        FromModel<VaeTransformer>(context, model, trained => new(context, model, trained?.Files, trained?.History, ownsFiles: false));

    /// <summary>−ELBO of <paramref name="rows"/> and its terms, in nats per image; z is drawn once a row, by a fixed seed.</summary>
    /// <param name="rows">Rows with the column that the VAE was trained on.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public VaeMetrics Evaluate(IDataView rows) => VaeModelLoss.Of(context, encoder.Transform(preprocess.Transform(ShieldedRows(rows))), decoder, scores);

    private protected override void WriteReport(string folder, VaeMetrics? test, IReadOnlyList<string>? commandLine) => VaeReport.Write(folder, History!, test, OnnxParity!, commandLine);
}
