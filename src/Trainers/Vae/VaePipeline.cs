using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

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

    /// <summary>The whole pipeline, from the input column to everything that <see cref="VaeTransformer.Transform"/> adds.</summary>
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
