using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>A VAE's ONNX files, in a folder of their own that goes with this object: ML.NET reads a model's file again when it saves it.</summary>
internal sealed class VaeOnnxFiles : IDisposable
{
    // Relative to the largest output: rounding between two engines, many times over, and nothing else.
    private const double Tolerance = 1e-3;

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

    /// <summary>Pixels and reconstruction → ReconstructionError, negativeLogLikelihood.</summary>
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
    public void CopyTo(string target)
    {
        foreach (string name in (string[])[EncoderName, DecoderName, WholeName])
            SafeFile.WriteAllBytes(Path.Combine(target, name), File.ReadAllBytes(folder.File(name)));
    }

    public void Dispose() => folder.Dispose();

    private void Write(VaeNetwork network, NetworkInput input, VaeTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = zeros([1, .. input.Shape]);
        Tensor latent = zeros([1, network.LatentDimension]);
        DecoderToPixels decoder = new(network.Decoder);
        Dictionary<string, string> metadata = Describe(network, input, options);

        // For any ONNX consumer.
        OnnxExporter.Export(network.Encoder, pixels, Encoder, Named("encoder", [VaeColumns.Pixels], [VaeColumns.Latent, VaeColumns.LatentLogVariance]));
        OnnxExporter.Export(decoder, latent, Decoder, Named("decoder", [VaeColumns.Latent], [VaeColumns.ReconstructedPixels]));
        Parity = new VaeParity(
            Check(OnnxCheck.CompareRandom(network.Encoder, Encoder, pixels), "encoder", options),
            Check(OnnxCheck.CompareRandom(decoder, Decoder, latent), "decoder", options));
        metadata["parityError"] = Math.Max(Parity.Encoder, Parity.Decoder).ToString("G3");
        OnnxExporter.Export(new MeanReconstruction(network.Encoder, decoder), pixels, Whole,
            Named("vae", [VaeColumns.Pixels], [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.ReconstructedPixels]));

        // For the pipeline.
        OnnxExporter.Export(new PipelineEncoder(network.Encoder), pixels, PipelineEncoder, Named("encoder", [VaeColumns.Pixels], VaePipeline.EncoderOutputs));
        ExportableModule pipelineDecoder = input.Shape.Length == 3 ? new PipelineDecoder(decoder) : decoder;
        OnnxExporter.Export(pipelineDecoder, latent, PipelineDecoder, Named("decoder", [VaeColumns.Latent], VaePipeline.DecoderOutputs(input.Shape)));
        OnnxExporter.Export(new PictureScores(options.Likelihood, options.GaussianDeviation), [pixels, pixels], Scores,
            Named("scores", VaePipeline.ScoresInputs, VaePipeline.ScoresOutputs));

        OnnxExportOptions Named(string part, string[] inputs, string[] outputs) => new()
        {
            ModelName = part,
            InputNames = inputs,
            OutputNames = outputs,
            Metadata = new Dictionary<string, string>(metadata) { ["part"] = part },
        };
    }

    private static double Check(OnnxParity parity, string part, VaeTrainer.Options options)
    {
        if (parity.IsWithin(Tolerance))
            return parity.MaximumAbsoluteError;
        string weights = options.WorkspacePath is { } folder && File.Exists(Checkpoint.PathIn(folder))
            ? $"The trained weights are in '{Checkpoint.PathIn(folder)}'."
            : "No weights are kept: set WorkspacePath to keep them.";
        throw new InvalidOperationException($"ONNX Runtime and the trained {part} disagree ({parity}), beyond {Tolerance} of the largest output. {weights}");
    }

    private static Dictionary<string, string> Describe(VaeNetwork network, NetworkInput input, VaeTrainer.Options options) => new()
    {
        ["family"] = "vae",
        ["version"] = typeof(VaeTrainer).Assembly.GetName().Version!.ToString(3),
        ["latentDimension"] = network.LatentDimension.ToString(),
        ["inputShape"] = string.Join(",", input.Shape),
        ["pixelRange"] = "0,1",
        ["likelihood"] = options.Likelihood.ToString(),
    };
}
