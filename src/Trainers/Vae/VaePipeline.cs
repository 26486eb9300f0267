using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Vae;

/// <summary>The chains that a VAE's pipeline is made of: ML.NET's own transformers alone, so that they save and load without this library.</summary>
internal static class VaePipeline
{
    // Node names of the networks in the pipeline, and so its columns.
    public static readonly string[] EncoderOutputs = [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.EncodedPixels];
    public static readonly string[] ScoresInputs = [VaeColumns.EncodedPixels, VaeColumns.Logits];
    public static readonly string[] ScoresOutputs = [VaeColumns.ReconstructionError, VaeColumns.NegativeLogLikelihood];

    public static string[] DecoderOutputs(long[] shape) =>
        shape.Length == 3
        ? [VaeColumns.ReconstructedPixels, VaeColumns.Logits, VaeColumns.Planes]
        : [VaeColumns.ReconstructedPixels, VaeColumns.Logits];

    /// <summary>The whole pipeline, from the input column to everything that <see cref="OnnxChainTransformer.Transform"/> adds.</summary>
    public static TransformerChain<ITransformer> Whole(MLContext context, NetworkInput column, VaeOnnxFiles files, DataViewSchema input, int threads)
    {
        IEstimator<ITransformer> whole = column.ToPixels()
            .Append(OnnxStage.Of(context, files.PipelineEncoder, [VaeColumns.Pixels], EncoderOutputs, threads))
            .Append(OnnxStage.Of(context, files.PipelineDecoder, [VaeColumns.Latent], DecoderOutputs(column.Shape), threads))
            .Append(OnnxStage.Of(context, files.Scores, ScoresInputs, ScoresOutputs, threads))
            .Append(ToOutput(context, column.Shape, VaeColumns.Reconstruction))
            .Append(context.Transforms.DropColumns([.. column.Intermediate, VaeColumns.EncodedPixels, VaeColumns.NegativeLogLikelihood]));
        return new TransformerChain<ITransformer>(whole.Fit(new EmptyView(input)));
    }

    /// <summary>The input column to latent mean and log-variance.</summary>
    public static TransformerChain<ITransformer> Encode(MLContext context, VaeParts parts)
    {
        bool pictures = parts.Preprocess.Any(t => t is ImageResizingTransformer);
        string[] intermediate = [.. pictures ? PictureInput.IntermediateColumns : [NetworkInput.Pixels], VaeColumns.EncodedPixels];
        return new TransformerChain<ITransformer>(
            parts.Preprocess, parts.Encoder, context.Transforms.DropColumns(intermediate).Fit(EmptyView.OfVectors(intermediate)));
    }

    /// <summary>Latent vectors to pictures, or to vectors where the VAE was trained on such.</summary>
    public static TransformerChain<ITransformer> Decode(MLContext context, VaeParts parts)
    {
        IDataView decoded = parts.Decoder.Transform(EmptyView.OfVectors(VaeColumns.Latent));
        return new TransformerChain<ITransformer>(parts.Decoder, ToOutput(context, parts.Shape, VaeColumns.DecodedImage).Fit(decoded));
    }

    // Reconstructed pixels in [0, 1] to a picture; a vector stays one, under its new name.
    private static IEstimator<ITransformer> ToOutput(MLContext context, long[] shape, string output)
    {
        if (shape is not [_, long height, long width])
        {
            return context.Transforms.CopyColumns(output, VaeColumns.ReconstructedPixels)
                .Append(context.Transforms.DropColumns(VaeColumns.ReconstructedPixels, VaeColumns.Logits));
        }
        return PictureStage.Of(context, (int)height, (int)width, output, VaeColumns.Planes)
            .Append(context.Transforms.DropColumns(VaeColumns.Planes, VaeColumns.ReconstructedPixels, VaeColumns.Logits));
    }
}

/// <summary>The columns of a VAE's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class VaeColumns
{
    // What a user sees.
    public const string Latent = "Latent";
    public const string LatentLogVariance = "LatentLogVariance";
    public const string Reconstruction = "Reconstruction";
    public const string ReconstructionError = "ReconstructionError";
    public const string DecodedImage = "Image";

    // Dropped at the end of the pipeline, so not names that a user's own columns have.
    public const string Pixels = NetworkInput.Pixels;
    public const string EncodedPixels = "mlnetgen.encodedPixels";
    public const string ReconstructedPixels = "mlnetgen.reconstruction";
    public const string Logits = "mlnetgen.logits";
    public const string Planes = "mlnetgen.planes";
    public const string NegativeLogLikelihood = "mlnetgen.negativeLogLikelihood";

    // The nodes of the files for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";
    public const string OnnxReconstruction = "reconstruction";
}

/// <summary>The parts of a VAE's pipeline, as public ML.NET transformers.</summary>
/// <param name="Preprocess">From the input column to <see cref="VaeColumns.Pixels"/>.</param>
/// <param name="Encoder">Pixels to latent mean and log-variance.</param>
/// <param name="Decoder">Latent to reconstructed pixels and their logits.</param>
/// <param name="Scores">Pixels and logits to error and likelihood.</param>
/// <param name="LatentDimension">Length of a latent vector.</param>
/// <param name="Shape">[channels, height, width], or [length].</param>
internal sealed record VaeParts(
    TransformerChain<ITransformer> Preprocess,
    OnnxTransformer Encoder,
    OnnxTransformer Decoder,
    OnnxTransformer Scores,
    int LatentDimension,
    long[] Shape)
{
    /// <summary>Finds the parts in a chain, such as <c>Model.Load</c> gives back, by the columns they add.</summary>
    /// <exception cref="ArgumentException">The model is not a VAE's.</exception>
    public static VaeParts Find(ITransformer model)
    {
        List<ITransformer> all = [.. ChainParts.Flatten(model)];
        // Vectors of unknown size: OnnxTransformer takes them at this stage whatever size its network has.
        DataViewSchema inputs = EmptyView.OfVectors(VaeColumns.Pixels, VaeColumns.EncodedPixels, VaeColumns.Latent, VaeColumns.Logits).Schema;
        OnnxTransformer? encoder = null, decoder = null, scores = null;
        int latent = 0;
        long[] shape = [];
        foreach (OnnxTransformer onnx in all.OfType<OnnxTransformer>())
        {
            if (ChainParts.AddedBy(onnx, inputs) is not { } added)
                continue;
            if (added.ContainsKey(VaeColumns.LatentLogVariance))
            {
                (encoder, latent) = (onnx, added[VaeColumns.Latent].Size);
            }
            else if (added.ContainsKey(VaeColumns.ReconstructionError))
            {
                scores = onnx;
            }
            else if (added.TryGetValue(VaeColumns.ReconstructedPixels, out VectorDataViewType? pixels))
            {
                decoder = onnx;
                // ML.NET puts the batch of one in front.
                shape = [.. pixels.Dimensions.Skip(pixels.Dimensions.Length is 2 or 4 ? 1 : 0).Select(d => (long)d)];
            }
        }
        if (encoder is null || decoder is null || scores is null)
        {
            throw new ArgumentException("this model is not one that VaeTrainer made: there is no encoder and decoder in its chain "
                + $"({string.Join(", ", all.Select(t => t.GetType().Name))}).", nameof(model));
        }
        TransformerChain<ITransformer> preprocess = new TransformerChain<ITransformer>([.. all.Take(all.IndexOf(encoder))]);
        return new VaeParts(preprocess, encoder, decoder, scores, latent, shape);
    }
}
