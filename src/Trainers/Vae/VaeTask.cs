using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>How a VAE is trained: a step down −ELBO, or what the options make of it, its two terms on held-out rows, and two pictures after every epoch.</summary>
internal sealed class VaeTask(VaeNetwork network, VaeTrainer.Options options, double learningRate, NetworkInput column) : TrainingTask(network.Decoder)
{
    public const string Samples = "samples", Reconstructions = "reconstructions", Styles = "styles";

    /// <summary>Classes that the table of styles has, at most.</summary>
    public const int ShownClasses = 12;

    private const int Drawn = 64, Pairs = 32, ShownStyles = 8;

    private readonly KlPenalty penalty = new(options);

    public override IReadOnlyDictionary<string, nn.Module> Networks => new Dictionary<string, nn.Module> { ["network"] = network };

    internal override int SnapshotRows => Pairs;

    internal override bool MayLieChannelsLast => true;

    internal override (string What, string Remedy) Divergence => ("the loss", $"lower LearningRate (now {learningRate}) or look for broken rows");

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        VaeTerms terms = RandomTerms(batch);
        Minimize(Objective(terms, batch));
        return terms.ToFigures();
    }

    /// <summary>−ELBO with one draw of z a row, the same draws after every epoch.</summary>
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch) =>
        VaeTerms.Of(network, batch, LatentNoise.Of(batch.FirstRow, batch.Rows, network.LatentDimension, batch.Input.device)).ToFigures();

    public override Tensor Loss(TrainingBatch batch) => Objective(RandomTerms(batch), batch);

    /// <summary>New pictures from the same z each time, and originals beside their reconstructions; of a network of classes, also beside what their codes draw of every class.</summary>
    internal override void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        if (column.Shape.Length != 3)
            return;
        Device device = rows.Input.device;
        Tensor latent = LatentNoise.Of(0, Drawn, network.LatentDimension, device);
        SavePictures(workspace, rows.Epoch, network.Decode(latent, network.Classes == 0 ? null : LatentNoise.Turns(0, Drawn, network.Classes, device)).sigmoid(), Samples);
        (Tensor mean, _) = network.Encoder.call(rows.Input, rows.LabelOrNull);
        SavePictures(workspace, rows.Epoch, stack([rows.Input, network.Decode(mean, rows.LabelOrNull).sigmoid()], 1).flatten(0, 1), Reconstructions);
        if (network.Classes == 0)
            return;
        int styles = Math.Min(ShownStyles, rows.Rows), classes = Math.Min(ShownClasses, network.Classes);
        Tensor everyClass = LatentNoise.Turns(0, classes, network.Classes, device).repeat(styles, 1);
        Tensor drawn = network.Decode(mean.narrow(0, 0, styles).repeat_interleave(classes, 0), everyClass).sigmoid();
        Tensor table = cat([rows.Input.narrow(0, 0, styles).unsqueeze(1), drawn.reshape([styles, classes, .. column.Shape])], 1);
        SavePictures(workspace, rows.Epoch, table.flatten(0, 1), Styles, classes + 1);
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = new FusedOptimizers.Adam(network.parameters(), learningRate, options.Beta1, options.Beta2) };

    private VaeTerms RandomTerms(TrainingBatch batch) => VaeTerms.Of(network, batch, randn([batch.Rows, network.LatentDimension], device: batch.Input.device), Precision);

    private Tensor Objective(VaeTerms terms, TrainingBatch batch) => (terms.Reconstruction + penalty.Of(terms.Mean, terms.LogVar, terms.Kl, batch.EpochsDone)) / batch.Rows;
}
