using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>How a VAE is trained: a step down −ELBO, its two terms on held-out rows, and two pictures after every epoch.</summary>
internal sealed class VaeTask(VaeNetwork network, VaeTrainer.Options options, double learningRate, NetworkInput column) : TrainingTask(network.Decoder)
{
    public const string Samples = "samples", Reconstructions = "reconstructions";

    private const string ReconstructionTerm = "reconstruction", KlTerm = "kl";
    private const int Drawn = 64, Pairs = 32;

    private readonly VaeLoss loss = new(options.Likelihood, options.GaussianDeviation);

    public override IReadOnlyDictionary<string, nn.Module> Networks => new Dictionary<string, nn.Module> { ["network"] = network };

    internal override int SnapshotRows => Pairs;

    internal override (string What, string Remedy) Divergence => ("the loss", $"lower LearningRate (now {learningRate}) or look for broken rows");

    public static VaeMetrics ToMetrics(IReadOnlyDictionary<string, double> figures) => new(figures[ReconstructionTerm], figures[KlTerm]);

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        (Tensor reconstruction, Tensor kl) = RandomTerms(batch);
        Minimize(Objective(reconstruction, kl, batch.Rows));
        return Figures(reconstruction, kl, batch.Rows);
    }

    /// <summary>−ELBO with one draw of z a row, the same draws after every epoch.</summary>
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch)
    {
        float[] noise = LatentNoise.Rows(batch.FirstRow, batch.Rows, network.LatentDimension);
        (Tensor reconstruction, Tensor kl) = Terms(batch.Input, tensor(noise, [batch.Rows, network.LatentDimension], device: batch.Input.device));
        return Figures(reconstruction, kl, batch.Rows);
    }

    public override Tensor Loss(TrainingBatch batch)
    {
        (Tensor reconstruction, Tensor kl) = RandomTerms(batch);
        return Objective(reconstruction, kl, batch.Rows);
    }

    /// <summary>New pictures from the same z each time, and originals beside their reconstructions.</summary>
    internal override void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        if (column.Shape.Length != 3)
            return;
        Tensor latent = tensor(LatentNoise.Rows(0, Drawn, network.LatentDimension), [Drawn, network.LatentDimension], device: rows.Input.device);
        SavePictures(workspace, rows.Epoch, network.Decoder.call(latent).sigmoid(), Samples);
        (Tensor mean, _) = network.Encoder.call(rows.Input);
        SavePictures(workspace, rows.Epoch, stack([rows.Input, network.Decoder.call(mean).sigmoid()], 1).flatten(0, 1), Reconstructions);
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = optim.Adam(network.parameters(), learningRate, options.Beta1, options.Beta2) };

    private (Tensor Reconstruction, Tensor Kl) RandomTerms(TrainingBatch batch) =>
        Terms(batch.Input, randn([batch.Rows, network.LatentDimension], device: batch.Input.device));

    private (Tensor Reconstruction, Tensor Kl) Terms(Tensor pixels, Tensor noise)
    {
        (Tensor logits, Tensor mean, Tensor logVar) = network.call(pixels, noise);
        return (loss.Reconstruction(logits, pixels), VaeLoss.Kl(mean, logVar));
    }

    private Tensor Objective(Tensor reconstruction, Tensor kl, int rows) => (options.Beta == 1 ? reconstruction + kl : reconstruction + options.Beta * kl) / rows;

    private static Dictionary<string, double> Figures(Tensor reconstruction, Tensor kl, int rows) =>
        new() { [ReconstructionTerm] = reconstruction.ToDouble() / rows, [KlTerm] = kl.ToDouble() / rows };
}
