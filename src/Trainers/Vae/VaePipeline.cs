using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>The columns of a VAE's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class VaeColumns
{
    // What a user sees.
    public const string Latent = "Latent", LatentLogVariance = "LatentLogVariance", Reconstruction = "Reconstruction", ReconstructionError = "ReconstructionError", DecodedImage = "Image",
        Class = LatentRows.ClassColumnName;

    // Dropped at the end of the pipeline.
    public const string Pixels = NetworkInput.Pixels, EncodedPixels = "mlnetgen.encodedPixels", ReconstructedPixels = "mlnetgen.reconstruction", Logits = "mlnetgen.logits",
        Planes = "mlnetgen.planes", NegativeLogLikelihood = "mlnetgen.negativeLogLikelihood", OneHot = ClassInput.OneHot, ClassIndex = "mlnetgen.class", Classes = "mlnetgen.classes";
}

/// <summary>A VAE's ONNX files, and what stands around them in a pipeline.</summary>
internal static class VaePipeline
{
    public const string EncoderFile = "encoder.onnx", DecoderFile = "decoder.onnx";

    public static OnnxFiles Export(VaeNetwork network, NetworkInput input, VaeTrainer.Options options, IReadOnlyList<string>? classes)
    {
        using var scope = NewDisposeScope();
        const string PixelsNode = "pixels", ReconstructionNode = "reconstruction";
        bool pictures = input.Shape.Length == 3;
        ClassIndex index = new(classes ?? []);
        string[] ofClass = index.Columns(VaeColumns.Class), handedOn = index.Columns(VaeColumns.ClassIndex);
        Tensor[] pixels = [zeros([1, .. input.Shape]), .. index.Example], latent = [zeros([1, network.LatentDimension]), .. index.Example];
        Tensor[]? pixelsOfEvery = index.OfEvery(count => rand([count, .. input.Shape])), latentOfEvery = index.OfEvery(count => rand([count, network.LatentDimension]));
        return OnnxFiles.Export("vae", options,
            metadata:
            [
                new("latentDimension", $"{network.LatentDimension}"), new("inputShape", string.Join(",", input.Shape)), new("pixelRange", "0,1"),
                .. network.Likelihood.Metadata, .. index.Metadata,
            ],
            published:
            [
                new(EncoderFile, "encoder", new FileEncoder(network), pixels, [PixelsNode, .. ofClass], [VaeColumns.Latent, VaeColumns.LatentLogVariance]) { Also = pixelsOfEvery },
                new(DecoderFile, "decoder", new DecoderToPixels(network), latent, [VaeColumns.Latent, .. ofClass], [ReconstructionNode]) { Also = latentOfEvery },
                new("vae.onnx", "vae", new MeanReconstruction(network), pixels, [PixelsNode, .. ofClass], [VaeColumns.Latent, VaeColumns.LatentLogVariance, ReconstructionNode]),
            ],
            pipeline:
            [
                new("pipeline-encoder.onnx", "encoder", new PipelineEncoder(network), [pixels[0], .. index.Example.Select(_ => zeros(1, network.Classes))],
                    [VaeColumns.Pixels, .. index.Columns(VaeColumns.OneHot)], [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.EncodedPixels, .. handedOn]),
                new("pipeline-decoder.onnx", "decoder", new PipelineDecoder(network, pictures), latent, [VaeColumns.Latent, .. handedOn],
                    [VaeColumns.ReconstructedPixels, VaeColumns.Logits, .. pictures ? (string[])[VaeColumns.Planes] : [], .. index.Columns(VaeColumns.Classes)])
                {
                    Tolerance = pictures ? OnnxFile.OneLevel : OnnxFile.Tolerance,
                    Also = latentOfEvery,
                },
                new("scores.onnx", "scores", network.Likelihood.ToScores(), [pixels[0], pixels[0]],
                    [VaeColumns.EncodedPixels, VaeColumns.Logits], [VaeColumns.ReconstructionError, VaeColumns.NegativeLogLikelihood]),
            ]);
    }
}
