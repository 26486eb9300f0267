using System.Globalization;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>A VAE's ONNX files.</summary>
internal sealed class VaeOnnxFiles : OnnxBundle
{
    private const string EncoderName = "encoder.onnx", DecoderName = "decoder.onnx", WholeName = "vae.onnx";
    private const string PipelineEncoderName = "pipeline-encoder.onnx", PipelineDecoderName = "pipeline-decoder.onnx", ScoresName = "scores.onnx";

    private readonly VaeNetwork network;
    private readonly NetworkInput input;
    private readonly VaeLikelihood likelihood;

    private VaeOnnxFiles(VaeNetwork network, NetworkInput input, VaeTrainer.Options options, string? temporary)
        : base("vae", temporary, OnnxFile.WeightsOf(options), EncoderName, DecoderName, WholeName)
    {
        this.network = network;
        this.input = input;
        likelihood = options.Likelihood;
    }

    /// <summary>Pixels → Latent, LatentLogVariance.</summary>
    public string Encoder => PathOf(EncoderName);

    /// <summary>Latent → reconstruction.</summary>
    public string Decoder => PathOf(DecoderName);

    /// <summary>Pixels → Latent, LatentLogVariance, reconstruction.</summary>
    public string Whole => PathOf(WholeName);

    /// <summary>The encoder as the pipeline holds it: see <see cref="Vae.PipelineEncoder"/>.</summary>
    public string PipelineEncoder => PathOf(PipelineEncoderName);

    /// <summary>The decoder as the pipeline holds it: see <see cref="Vae.PipelineDecoder"/>.</summary>
    public string PipelineDecoder => PathOf(PipelineDecoderName);

    /// <summary>Pixels and logits → ReconstructionError, negativeLogLikelihood.</summary>
    public string Scores => PathOf(ScoresName);

    public VaeParity Parity { get; private set; } = new(double.NaN, double.NaN);

    protected override IEnumerable<KeyValuePair<string, string>> Metadata =>
    [
        new("latentDimension", network.LatentDimension.ToString(CultureInfo.InvariantCulture)),
        new("inputShape", string.Join(",", input.Shape)),
        new("pixelRange", "0,1"),
        new("likelihood", likelihood.ToString()),
    ];

    /// <summary>Writes all files and holds them against the modules, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static VaeOnnxFiles Export(VaeNetwork network, NetworkInput input, VaeTrainer.Options options, string? temporary = null) =>
        Written(new VaeOnnxFiles(network, input, options, temporary), files => files.Write(options.GaussianDeviation));

    private void Write(double gaussianDeviation)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = zeros([1, .. input.Shape]);
        Tensor latent = zeros([1, network.LatentDimension]);
        DecoderToPixels decoder = new(network.Decoder);

        // For any ONNX consumer.
        Parity = new VaeParity(
            Write(network.Encoder, [pixels], EncoderName, "encoder", [VaeColumns.OnnxPixels], [VaeColumns.Latent, VaeColumns.LatentLogVariance]),
            Write(decoder, [latent], DecoderName, "decoder", [VaeColumns.Latent], [VaeColumns.OnnxReconstruction]));
        Write(new MeanReconstruction(network.Encoder, decoder), [pixels], WholeName, "vae", [VaeColumns.OnnxPixels],
            [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.OnnxReconstruction]);

        // For the pipeline.
        Write(new PipelineEncoder(network.Encoder), [pixels], PipelineEncoderName, "encoder", [VaeColumns.Pixels], VaePipeline.EncoderOutputs);
        bool pictures = input.Shape.Length == 3;
        Write(new PipelineDecoder(network.Decoder, pictures), [latent], PipelineDecoderName, "decoder", [VaeColumns.Latent],
            VaePipeline.DecoderOutputs(input.Shape), pictures ? OnnxFile.OneLevel : OnnxFile.Tolerance);
        Write(new PictureScores(likelihood, gaussianDeviation), [pixels, pixels], ScoresName, "scores", VaePipeline.ScoresInputs, VaePipeline.ScoresOutputs);
    }
}
