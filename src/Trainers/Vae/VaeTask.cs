using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>How a VAE is trained: a step down −ELBO, or what the options make of it, its two terms on held-out rows, and two pictures after every epoch.</summary>
internal sealed class VaeTask(VaeNetwork network, VaeTrainer.Options options, double learningRate, NetworkInput column) : TrainingTask(network.Decoder)
{
    public const string Samples = "samples", Reconstructions = "reconstructions", Styles = "styles";

    /// <summary>Classes that the table of styles has, at most.</summary>
    public const int ShownClasses = 12;

    private const string ReconstructionTerm = "reconstruction", KlTerm = "kl";
    private const int Drawn = 64, Pairs = 32, ShownStyles = 8;

    private readonly KlPenalty penalty = new(options);

    public override IReadOnlyDictionary<string, nn.Module> Networks => new Dictionary<string, nn.Module> { ["network"] = network };

    internal override int SnapshotRows => Pairs;

    internal override (string What, string Remedy) Divergence => ("the loss", $"lower LearningRate (now {learningRate}) or look for broken rows");

    public static VaeMetrics ToMetrics(IReadOnlyDictionary<string, double> figures) => new(figures[ReconstructionTerm], figures[KlTerm]);

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        Terms terms = RandomTerms(batch);
        Minimize(Objective(terms, batch));
        return terms.ToFigures(batch.Rows);
    }

    /// <summary>−ELBO with one draw of z a row, the same draws after every epoch.</summary>
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch) =>
        TermsOf(batch, LatentNoise.Of(batch.FirstRow, batch.Rows, network.LatentDimension, batch.Input.device)).ToFigures(batch.Rows);

    public override Tensor Loss(TrainingBatch batch) => Objective(RandomTerms(batch), batch);

    /// <summary>New pictures from the same z each time, and originals beside their reconstructions; of a network of classes, also beside what their codes draw of every class.</summary>
    internal override void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        if (column.Shape.Length != 3)
            return;
        Device device = rows.Input.device;
        Tensor latent = LatentNoise.Of(0, Drawn, network.LatentDimension, device);
        SavePictures(workspace, rows.Epoch, network.Decode(latent, network.Classes == 0 ? null : LatentNoise.Turns(0, Drawn, network.Classes, device)).sigmoid(), Samples);
        (Tensor mean, _) = network.Encoder.call(rows.Input, LabelOf(rows));
        SavePictures(workspace, rows.Epoch, stack([rows.Input, network.Decode(mean, LabelOf(rows)).sigmoid()], 1).flatten(0, 1), Reconstructions);
        if (network.Classes == 0)
            return;
        int styles = Math.Min(ShownStyles, rows.Rows), classes = Math.Min(ShownClasses, network.Classes);
        Tensor everyClass = LatentNoise.Turns(0, classes, network.Classes, device).repeat(styles, 1);
        Tensor drawn = network.Decode(mean.narrow(0, 0, styles).repeat_interleave(classes, 0), everyClass).sigmoid();
        Tensor table = cat([rows.Input.narrow(0, 0, styles).unsqueeze(1), drawn.reshape([styles, classes, .. column.Shape])], 1);
        SavePictures(workspace, rows.Epoch, table.flatten(0, 1), Styles, classes + 1);
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = optim.Adam(network.parameters(), learningRate, options.Beta1, options.Beta2) };

    private static Tensor? LabelOf(TrainingBatch batch) => batch.HasLabel ? batch.Label : null;

    private Terms RandomTerms(TrainingBatch batch) => TermsOf(batch, randn([batch.Rows, network.LatentDimension], device: batch.Input.device));

    private Terms TermsOf(TrainingBatch batch, Tensor noise)
    {
        (Tensor logits, Tensor mean, Tensor logVar) = network.call(batch.Input, noise, LabelOf(batch));
        Tensor reconstruction = network.Likelihood.call(logits, batch.Input);
        return new(reconstruction, network.IsAutoencoder ? null : GaussianKl.Sum(mean, logVar), mean, logVar);
    }

    private Tensor Objective(Terms terms, TrainingBatch batch)
    {
        if (terms.Kl is null)
            return terms.Reconstruction / batch.Rows;
        return (terms.Reconstruction + penalty.Of(terms.Mean, terms.LogVar, terms.Kl, batch.EpochsDone)) / batch.Rows;
    }

    /// <param name="Reconstruction">Summed over the rows.</param>
    /// <param name="Kl">Summed over the rows; null of an autoencoder.</param>
    /// <param name="Mean">[N, latentDimension].</param>
    /// <param name="LogVar">[N, latentDimension].</param>
    private sealed record Terms(Tensor Reconstruction, Tensor? Kl, Tensor Mean, Tensor LogVar)
    {
        public Dictionary<string, double> ToFigures(int rows) =>
            new() { [ReconstructionTerm] = Reconstruction.ToDouble() / rows, [KlTerm] = Kl is null ? 0 : Kl.ToDouble() / rows };
    }
}
