using System.Runtime.InteropServices;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Export;
using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Latent;

/// <summary>The ONNX file of a mixture: rows → their log density, and whose they are.</summary>
internal sealed class GaussianMixtureOnnxFiles : OnnxBundle
{
    // Nodes of the network in the pipeline, and so its columns.
    public const string Input = NetworkInput.Pixels, LogDensity = "LogDensity", Responsibilities = "Responsibilities";

    private const string MixtureName = "mixture.onnx", PipelineName = "pipeline-mixture.onnx", OnnxInput = "Latent";

    // Keys of the files' metadata: the parameters as float64, which the graph has only as float32, and not as they are.
    private const string WeightsKey = "weights", MeansKey = "means", CovariancesKey = "covariances";

    private GaussianMixtureOnnxFiles(GaussianMixture mixture, string? temporary)
        : base("mixture", temporary, "Nothing is kept of the fit: fit it again.", MixtureName) => Mixture = mixture;

    public GaussianMixture Mixture { get; }

    /// <summary>As the pipeline holds it.</summary>
    public string Pipeline => PathOf(PipelineName);

    protected override IEnumerable<KeyValuePair<string, string>> Metadata =>
    [
        new(WeightsKey, Text(Mixture.Weights)),
        new(MeansKey, Text(Mixture.Means.SelectMany(mean => mean))),
        new(CovariancesKey, Text(Mixture.Covariances.SelectMany(covariance => covariance.Cast<double>()))),
    ];

    /// <summary>Writes the files and holds them against the mixture, in ONNX Runtime.</summary>
    /// <param name="mixture">What was fitted.</param>
    /// <param name="temporary">Where they lie, <c>MLContext.TempFilePath</c>.</param>
    /// <exception cref="InvalidOperationException">A file does not compute what the mixture does.</exception>
    public static GaussianMixtureOnnxFiles Export(GaussianMixture mixture, string? temporary) => Written(new GaussianMixtureOnnxFiles(mixture, temporary), files => files.Write());

    /// <summary>The mixture that a file was written of.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="ArgumentException">It is another's.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    public static GaussianMixture Read(byte[] file)
    {
        IReadOnlyDictionary<string, string> texts = OnnxMetadata.Read(new MemoryStream(file));
        double[][] found = [.. ((string[])[WeightsKey, MeansKey, CovariancesKey]).Select(key => texts.TryGetValue(key, out string? text) ? Numbers(text) : throw new ArgumentException(
            $"the ONNX file does not say '{key}': it is not one that {nameof(GaussianMixtureTrainer)} wrote."))];
        int count = found[0].Length, dimension = found[1].Length / Math.Max(count, 1);
        return new GaussianMixture(found[0], [.. found[1].Chunk(Math.Max(dimension, 1))], [.. found[2].Chunk(Math.Max(dimension * dimension, 1)).Select(Square)]);

        double[,] Square(double[] values)
        {
            double[,] square = new double[dimension, dimension];
            for (int i = 0; i < values.Length; i++) square[i / dimension, i % dimension] = values[i];
            return square;
        }
    }

    /// <summary>The mixture that a network in a chain was made of.</summary>
    public static GaussianMixture Read(OnnxTransformer network) => Read(OnnxModelSource.Of(network).Read());

    private void Write()
    {
        using var scope = NewDisposeScope();
        int count = Mixture.Parts.Length, dimension = Mixture.Dimension;
        Tensor means = Single(Mixture.Parts.SelectMany(part => part.Mean), count, dimension);
        // Transposed, for rows from the left.
        Tensor whitening = Single(Mixture.Parts.SelectMany(part => part.Whitening().Cast<double>()), count, dimension, dimension).transpose(1, 2).contiguous();
        Tensor scales = Single(Mixture.Parts.Select(part => part.LogScale), count);
        ExportableModule joint = ExportableModule.FromFunction(inputs =>
        {
            Tensor standard = (inputs[0].unsqueeze(1) - means).unsqueeze(2).matmul(whitening).squeeze(2);
            Tensor logs = scales - (standard * standard).sum(2) / 2;
            return [logs.logsumexp(1, true), logs.softmax(1)];
        });
        // Rows of the mixture itself too. Far from all components, rounding decides whose a row is.
        Tensor rows = Single(LatentPath.Read(Mixture.Sample(16), "Latent").SelectMany(row => row.Select(value => (double)value)), 16, dimension);
        foreach ((string name, string input) in (ReadOnlySpan<(string, string)>)[(MixtureName, OnnxInput), (PipelineName, Input)])
        {
            OnnxExportOptions options = new() { ModelName = "mixture", InputNames = [input], OutputNames = [LogDensity, Responsibilities] };
            Write(joint, [rows], name, options, scale: 1, also: [rows], uncompared: [Responsibilities]);
        }
    }

    private static string Text(IEnumerable<double> values) => Convert.ToBase64String(MemoryMarshal.AsBytes<double>(values.ToArray()));

    private static double[] Numbers(string text) => MemoryMarshal.Cast<byte, double>(Convert.FromBase64String(text)).ToArray();

    private static Tensor Single(IEnumerable<double> values, params long[] shape) => tensor([.. values.Select(value => (float)value)], shape);
}
