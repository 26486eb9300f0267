using System.Globalization;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>A VAE's ONNX files, in a folder of their own that goes with this object: ML.NET reads a model's file again when it saves it.</summary>
internal sealed class VaeOnnxFiles : IDisposable
{
    private const string EncoderName = "encoder.onnx";
    private const string DecoderName = "decoder.onnx";
    private const string WholeName = "vae.onnx";

    private readonly TemporaryFolder folder = new();

    private VaeOnnxFiles()
    {
    }

    /// <summary>Pixels → Latent, LatentLogVariance.</summary>
    public string Encoder => folder.File(EncoderName);

    /// <summary>Latent → reconstruction.</summary>
    public string Decoder => folder.File(DecoderName);

    /// <summary>Pixels → Latent, LatentLogVariance, reconstruction.</summary>
    public string Whole => folder.File(WholeName);

    /// <summary>The encoder as the pipeline holds it: see <see cref="Vae.PipelineEncoder"/>.</summary>
    public string PipelineEncoder => folder.File("pipeline-encoder.onnx");

    /// <summary>The decoder as the pipeline holds it: see <see cref="Vae.PipelineDecoder"/>.</summary>
    public string PipelineDecoder => folder.File("pipeline-decoder.onnx");

    /// <summary>Pixels and logits → ReconstructionError, negativeLogLikelihood.</summary>
    public string Scores => folder.File("scores.onnx");

    public VaeParity Parity { get; private set; } = new(double.NaN, double.NaN);

    /// <summary>Writes all files and holds encoder and decoder against the modules, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static VaeOnnxFiles Export(VaeNetwork network, NetworkInput input, VaeTrainer.Options options)
    {
        VaeOnnxFiles files = new();
        try
        {
            files.Write(network, input, options);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Copies what other ONNX consumers want: encoder, decoder and the whole.</summary>
    public void CopyTo(string target) => folder.CopyTo(target, EncoderName, DecoderName, WholeName);

    public void Dispose() => folder.Dispose();

    private void Write(VaeNetwork network, NetworkInput input, VaeTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = zeros([1, .. input.Shape]);
        Tensor latent = zeros([1, network.LatentDimension]);
        DecoderToPixels decoder = new(network.Decoder);
        Dictionary<string, string> metadata = Describe(network, input, options);

        // For any ONNX consumer.
        double encoderError = Write(network.Encoder, [pixels], Encoder, "encoder", [VaeColumns.OnnxPixels], [VaeColumns.Latent, VaeColumns.LatentLogVariance]);
        double decoderError = Write(decoder, [latent], Decoder, "decoder", [VaeColumns.Latent], [VaeColumns.OnnxReconstruction]);
        Write(new MeanReconstruction(network.Encoder, decoder), [pixels], Whole, "vae", [VaeColumns.OnnxPixels],
            [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.OnnxReconstruction]);
        Parity = new VaeParity(encoderError, decoderError);

        // For the pipeline.
        Write(new PipelineEncoder(network.Encoder), [pixels], PipelineEncoder, "encoder", [VaeColumns.Pixels], VaePipeline.EncoderOutputs);
        bool pictures = input.Shape.Length == 3;
        Write(new PipelineDecoder(network.Decoder, pictures), [latent], PipelineDecoder, "decoder", [VaeColumns.Latent],
            VaePipeline.DecoderOutputs(input.Shape), pictures ? OnnxFile.OneLevel : OnnxFile.Tolerance);
        Write(new PictureScores(options.Likelihood, options.GaussianDeviation), [pixels, pixels], Scores, "scores",
            VaePipeline.ScoresInputs, VaePipeline.ScoresOutputs);

        double Write(ExportableModule module, Tensor[] example, string path, string part, string[] inputs, string[] outputs, double tolerance = OnnxFile.Tolerance) =>
            OnnxFile.Write(module, example, path, new OnnxExportOptions
            {
                ModelName = part,
                InputNames = inputs,
                OutputNames = outputs,
                Metadata = new Dictionary<string, string>(metadata) { ["part"] = part },
            }, tolerance, OnnxFile.WeightsIn(options.WorkspacePath is { } workspace ? Checkpoint.PathIn(workspace) : null));
    }

    private static Dictionary<string, string> Describe(VaeNetwork network, NetworkInput input, VaeTrainer.Options options) => new()
    {
        ["family"] = "vae",
        ["version"] = typeof(VaeTrainer).Assembly.GetName().Version!.ToString(3),
        ["latentDimension"] = network.LatentDimension.ToString(CultureInfo.InvariantCulture),
        ["inputShape"] = string.Join(",", input.Shape),
        ["pixelRange"] = "0,1",
        ["likelihood"] = options.Likelihood.ToString(),
    };
}
