using System.Globalization;
using Microsoft.ML;
using TorchSharp;
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
        bool pictures = input.Shape.Length == 3, conditional = network.Classes > 0;
        Tensor pixels = zeros([1, .. input.Shape]), latent = zeros([1, network.LatentDimension]);
        // A random index is in [0, 1): the first two classes at most. So every class once, besides.
        Tensor[] index = conditional ? [zeros(1, 1)] : [];
        string[] ofClass = conditional ? [VaeColumns.Class] : [], handedOn = conditional ? [VaeColumns.ClassIndex] : [], oneHot = conditional ? [VaeColumns.OneHot] : [];
        return OnnxFiles.Export("vae", options,
            metadata:
            [
                new("latentDimension", $"{network.LatentDimension}"), new("inputShape", string.Join(",", input.Shape)), new("pixelRange", "0,1"), new("likelihood", $"{options.Likelihood}"),
                .. options.Likelihood == VaeLikelihood.Bernoulli ? [] : (KeyValuePair<string, string>[])[new("deviation", network.Likelihood.Deviation.ToString("R", CultureInfo.InvariantCulture))],
                .. conditional ? [new("classes", string.Join('\n', classes!))] : (KeyValuePair<string, string>[])[],
            ],
            published:
            [
                new(EncoderFile, "encoder", new FileEncoder(network), [pixels, .. index], [PixelsNode, .. ofClass], [VaeColumns.Latent, VaeColumns.LatentLogVariance])
                {
                    Also = OfEveryClass(input.Shape),
                },
                new(DecoderFile, "decoder", new DecoderToPixels(network), [latent, .. index], [VaeColumns.Latent, .. ofClass], [ReconstructionNode])
                {
                    Also = OfEveryClass(network.LatentDimension),
                },
                new("vae.onnx", "vae", new MeanReconstruction(network), [pixels, .. index], [PixelsNode, .. ofClass], [VaeColumns.Latent, VaeColumns.LatentLogVariance, ReconstructionNode]),
            ],
            pipeline:
            [
                new("pipeline-encoder.onnx", "encoder", new PipelineEncoder(network), [pixels, .. conditional ? (Tensor[])[zeros(1, network.Classes)] : []],
                    [VaeColumns.Pixels, .. oneHot], [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.EncodedPixels, .. handedOn]),
                new("pipeline-decoder.onnx", "decoder", new PipelineDecoder(network, pictures), [latent, .. index], [VaeColumns.Latent, .. handedOn],
                    [VaeColumns.ReconstructedPixels, VaeColumns.Logits, .. pictures ? (string[])[VaeColumns.Planes] : [], .. conditional ? (string[])[VaeColumns.Classes] : []])
                {
                    Tolerance = pictures ? OnnxFile.OneLevel : OnnxFile.Tolerance,
                    Also = OfEveryClass(network.LatentDimension),
                },
                new("scores.onnx", "scores", network.Likelihood.ToScores(), [pixels, pixels],
                    [VaeColumns.EncodedPixels, VaeColumns.Logits], [VaeColumns.ReconstructionError, VaeColumns.NegativeLogLikelihood]),
            ]);

        Tensor[]? OfEveryClass(params long[] shape) => conditional ? [rand([network.Classes, .. shape]), arange(network.Classes, ScalarType.Float32).unsqueeze(1)] : null;
    }

    /// <summary>How far the files are from the modules.</summary>
    public static VaeParity ParityOf(OnnxFiles files) => new(files.ParityOf(EncoderFile), files.ParityOf(DecoderFile));

    /// <summary>What the decoder gives, to a picture; a vector stays one, under its new name.</summary>
    public static IEstimator<ITransformer> ToOutput(MLContext context, long[] shape, string output) => shape is [_, long height, long width]
        ? PictureStage.Of(context, (int)height, (int)width, output, VaeColumns.Planes)
        : context.Transforms.CopyColumns(output, VaeColumns.ReconstructedPixels);
}
