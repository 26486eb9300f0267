using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>The columns of a VAE's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class VaeColumns
{
    // What a user sees.
    public const string Latent = "Latent", LatentLogVariance = "LatentLogVariance", Reconstruction = "Reconstruction", ReconstructionError = "ReconstructionError", DecodedImage = "Image";

    // Dropped at the end of the pipeline.
    public const string Pixels = NetworkInput.Pixels, EncodedPixels = "mlnetgen.encodedPixels", ReconstructedPixels = "mlnetgen.reconstruction", Logits = "mlnetgen.logits",
        Planes = "mlnetgen.planes", NegativeLogLikelihood = "mlnetgen.negativeLogLikelihood";
}

/// <summary>A VAE's ONNX files, and what stands around them in a pipeline.</summary>
internal static class VaePipeline
{
    public const string EncoderFile = "encoder.onnx", DecoderFile = "decoder.onnx";

    public static OnnxFiles Export(VaeNetwork network, NetworkInput input, VaeTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        const string PixelsNode = "pixels", ReconstructionNode = "reconstruction";
        Tensor pixels = zeros([1, .. input.Shape]), latent = zeros([1, network.LatentDimension]);
        DecoderToPixels decoder = new(network.Decoder);
        bool pictures = input.Shape.Length == 3;
        return OnnxFiles.Export("vae", options,
            metadata: [new("latentDimension", $"{network.LatentDimension}"), new("inputShape", string.Join(",", input.Shape)), new("pixelRange", "0,1"), new("likelihood", $"{options.Likelihood}")],
            published:
            [
                new(EncoderFile, "encoder", network.Encoder, [pixels], [PixelsNode], [VaeColumns.Latent, VaeColumns.LatentLogVariance]),
                new(DecoderFile, "decoder", decoder, [latent], [VaeColumns.Latent], [ReconstructionNode]),
                new("vae.onnx", "vae", new MeanReconstruction(network.Encoder, decoder), [pixels], [PixelsNode], [VaeColumns.Latent, VaeColumns.LatentLogVariance, ReconstructionNode]),
            ],
            pipeline:
            [
                new("pipeline-encoder.onnx", "encoder", new PipelineEncoder(network.Encoder), [pixels],
                    [VaeColumns.Pixels], [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.EncodedPixels]),
                new("pipeline-decoder.onnx", "decoder", new PipelineDecoder(network.Decoder, pictures), [latent],
                    [VaeColumns.Latent], [VaeColumns.ReconstructedPixels, VaeColumns.Logits, .. pictures ? (string[])[VaeColumns.Planes] : []])
                {
                    Tolerance = pictures ? OnnxFile.OneLevel : OnnxFile.Tolerance,
                },
                new("scores.onnx", "scores", new PictureScores(options.Likelihood, options.GaussianDeviation), [pixels, pixels],
                    [VaeColumns.EncodedPixels, VaeColumns.Logits], [VaeColumns.ReconstructionError, VaeColumns.NegativeLogLikelihood]),
            ]);
    }

    /// <summary>What the decoder gives, to a picture; a vector stays one, under its new name.</summary>
    public static IEstimator<ITransformer> ToOutput(MLContext context, long[] shape, string output) => shape is [_, long height, long width]
        ? PictureStage.Of(context, (int)height, (int)width, output, VaeColumns.Planes)
        : context.Transforms.CopyColumns(output, VaeColumns.ReconstructedPixels);
}
