using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Export;
using MLNetGen.Vae;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Vae;

/// <summary>
/// The bound against the exact log p(x) of a linear VAE: p(x|z) = N(W z + b, σ²), so that p(x) = N(b, W Wᵀ + σ² I), in a chain as a trained VAE's is and as
/// <c>Model.Load</c> gives back. q(z|x) is not the posterior, so that the bound has something to do.
/// </summary>
public sealed class ImportanceWeightedBoundTests : IDisposable
{
    private const int Latent = 2, Length = 5, Rows = 20;
    private const double Deviation = 0.5;

    // As in the pipeline of a trained VAE.
    private static readonly string[] EncoderOutputs = [VaeColumns.Latent, VaeColumns.LatentLogVariance, VaeColumns.EncodedPixels];
    private static readonly string[] DecoderOutputs = [VaeColumns.ReconstructedPixels, VaeColumns.Logits];
    private static readonly string[] ScoresInputs = [VaeColumns.EncodedPixels, VaeColumns.Logits];
    private static readonly string[] ScoresOutputs = [VaeColumns.ReconstructionError, VaeColumns.NegativeLogLikelihood];

    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_thousand_samples_are_within_a_twentieth_of_a_nat_of_log_p_and_one_is_not()
    {
        random.manual_seed(3);
        Tensor w = randn(Length, Latent), b = randn(Length), x = Observations(w, b);
        IDataView rows = Loaded(x);
        VaeTransformer vae = VaeTransformer.FromModel(ml, Saved(w, b, rows));

        double exact = NegativeLogP(w, b, x);
        VaeMetrics thousand = vae.Evaluate(rows, importanceSamples: 1000), ten = vae.Evaluate(rows, importanceSamples: 10);
        Assert.Equal(exact, thousand.NegativeIwae!.Value, 0.05);
        Assert.True(thousand.NegativeIwae < ten.NegativeIwae && ten.NegativeIwae < thousand.NegativeElbo, $"{thousand}, {ten}");
        Assert.True(thousand.NegativeElbo > exact + 0.1, $"−ELBO {thousand.NegativeElbo}, exact {exact}");
        Assert.Null(vae.Evaluate(rows).NegativeIwae);
        Assert.Equal(thousand.NegativeIwae, vae.Evaluate(rows, importanceSamples: 1000).NegativeIwae);
        Assert.Throws<ArgumentOutOfRangeException>(() => vae.Evaluate(rows, importanceSamples: -1));
    }

    private static Tensor Observations(Tensor w, Tensor b) => randn(Rows, Latent).matmul(w.t()) + b + Deviation * randn(Rows, Length);

    // −log N(x; b, W Wᵀ + σ² I), a mean over the rows, in double precision.
    private static double NegativeLogP(Tensor w, Tensor b, Tensor x)
    {
        Tensor w64 = w.to_type(ScalarType.Float64), d = (x - b).to_type(ScalarType.Float64);
        Tensor covariance = w64.matmul(w64.t()) + Deviation * Deviation * eye(Length, dtype: ScalarType.Float64);
        double quadratic = (d.matmul(linalg.inv(covariance)) * d).sum(1).mean().ToDouble();
        return 0.5 * (quadratic + Math.Log(linalg.det(covariance).ToDouble()) + Length * Math.Log(2 * Math.PI));
    }

    private IDataView Loaded(Tensor x)
    {
        float[] values = [.. x.data<float>()];
        return ml.Data.LoadFromEnumerable(values.Chunk(Length).Select(row => new Row { Features = row }).ToArray());
    }

    private ITransformer Saved(Tensor w, Tensor b, IDataView rows)
    {
        Linear encode = Linear(Length, Latent), decode = Linear(Latent, Length);
        // The posterior's mean for W, moved a little; its variance, doubled.
        Tensor precision = eye(Latent) + w.t().matmul(w) / (Deviation * Deviation);
        Tensor gain = linalg.inv(precision).matmul(w.t()) / (Deviation * Deviation);
        Tensor logVar = (2 * linalg.inv(precision).diagonal()).log();
        using (no_grad())
        {
            encode.weight.copy_(gain);
            encode.bias!.copy_(-gain.matmul(b) + 0.1);
            decode.weight.copy_(w);
            decode.bias!.copy_(b);
        }
        Tensor pixels = zeros(1, Length), latent = zeros(1, Latent);
        Export("encoder", ExportableModule.FromFunction(input => [encode.call(input[0]), zeros(input[0].shape[0], Latent) + logVar, input[0] * 1], encode), [pixels],
            [VaeColumns.Pixels], EncoderOutputs);
        Export("decoder", ExportableModule.FromFunction(input => [decode.call(input[0]), decode.call(input[0])], decode), [latent],
            [VaeColumns.Latent], DecoderOutputs);
        Export("scores", ExportableModule.FromFunction(input =>
        {
            Tensor squares = (input[0] - input[1]).pow(2);
            return [squares.mean([1], keepdim: true), (squares / (2 * Deviation * Deviation) + 0.5 * Math.Log(2 * Math.PI * Deviation * Deviation)).sum(1, keepdim: true)];
        }), [pixels, pixels], ScoresInputs, ScoresOutputs);

        IEstimator<ITransformer> chain = ml.Transforms.CopyColumns(VaeColumns.Pixels, nameof(Row.Features))
            .Append(Stage("encoder", [VaeColumns.Pixels], EncoderOutputs))
            .Append(Stage("decoder", [VaeColumns.Latent], DecoderOutputs))
            .Append(Stage("scores", ScoresInputs, ScoresOutputs));
        string path = Path.Combine(folder, "linear.zip");
        ml.Model.Save(chain.Fit(rows), rows.Schema, path);
        return ml.Model.Load(path, out _);
    }

    private void Export(string name, ExportableModule module, Tensor[] example, string[] inputs, string[] outputs) =>
        OnnxExporter.Export(module, example, FileOf(name), new OnnxExportOptions { InputNames = inputs, OutputNames = outputs });

    private OnnxScoringEstimator Stage(string name, string[] inputs, string[] outputs) => OnnxStage.Of(ml, FileOf(name), inputs, outputs, threads: 1);

    private string FileOf(string name) => Path.Combine(folder, $"{name}.onnx");

    private sealed class Row
    {
        [VectorType(Length)]
        public float[] Features { get; set; } = [];
    }
}
