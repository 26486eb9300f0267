using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Latent;

/// <summary>The ONNX file of a mixture: rows → their log density, and whose they are.</summary>
internal sealed class GaussianMixtureOnnxFiles : OnnxBundle
{
    // Nodes of the network in the pipeline, and so its columns.
    public const string Input = NetworkInput.Pixels, LogDensity = "LogDensity", Responsibilities = "Responsibilities";

    private const string MixtureName = "mixture.onnx", PipelineName = "pipeline-mixture.onnx", OnnxInput = "Latent";

    private GaussianMixtureOnnxFiles(GaussianMixture mixture)
        : base("mixture", "Nothing is kept of the fit: fit it again.", MixtureName) => Mixture = mixture;

    public GaussianMixture Mixture { get; }

    /// <summary>As the pipeline holds it.</summary>
    public string Pipeline => PathOf(PipelineName);

    /// <summary>Writes the files and holds them against the mixture, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">A file does not compute what the mixture does.</exception>
    public static GaussianMixtureOnnxFiles Export(GaussianMixture mixture) => Written(new GaussianMixtureOnnxFiles(mixture), files => files.Write());

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
            Write(joint, [rows], name, "mixture", [input], [LogDensity, Responsibilities], scale: 1, also: [rows], uncompared: [Responsibilities]);
    }

    private static Tensor Single(IEnumerable<double> values, params long[] shape) => tensor([.. values.Select(value => (float)value)], shape);
}
