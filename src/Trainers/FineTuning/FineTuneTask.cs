using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.FineTuning;

/// <summary>How all layers are trained from the frozen head on: shifted and mirrored pictures, AdamW at a low rate; the weights of the best epoch on held-out rows are kept.</summary>
/// <param name="network">What is trained.</param>
/// <param name="best">The weights to be used so far; null where no rows are held out, and the last ones are.</param>
/// <param name="settings">The run's.</param>
internal sealed class FineTuneTask(FineTuneNetwork network, FineTuneNetwork? best, FineTuneSettings settings) : TrainingTask(network)
{
    private const string LossName = "loss", RightName = "top1";

    // Of the weights that are kept.
    private FineTuneMetrics? kept;

    /// <summary>The network with the weights to be used.</summary>
    public FineTuneNetwork Trained => best ?? network;

    /// <summary>Of the frozen head, on held-out rows; null where there are none.</summary>
    public FineTuneMetrics? Frozen { get; private set; }

    /// <summary>Whose weights are kept: 0 is the frozen head.</summary>
    public int KeptEpoch { get; private set; }

    public override IReadOnlyDictionary<string, nn.Module> Networks => best is null
        ? new Dictionary<string, nn.Module> { ["network"] = network }
        : new Dictionary<string, nn.Module> { ["network"] = network, ["best"] = best };

    internal override int ValidationBatch => 32;

    internal override (string What, string Remedy) Divergence => ("the loss", $"lower LearningRate (now {settings.LearningRate}), set Frozen, or look for broken rows");

    public static FineTuneMetrics ToMetrics(IReadOnlyDictionary<string, double> figures) => new(figures[LossName], figures[RightName]);

    /// <summary>Begins with the head that is in the network.</summary>
    /// <param name="heldOut">What it says of held-out rows.</param>
    public void Begin(FineTuneMetrics? heldOut)
    {
        (Frozen, kept, KeptEpoch) = (heldOut, heldOut, 0);
        if (best is not null)
            network.CopyStateTo(best);
    }

    /// <summary>Goes on after these epochs.</summary>
    public void GoOn(IReadOnlyList<FineTuneEpoch> epochs)
    {
        (Frozen, KeptEpoch) = (epochs[^1].Frozen, epochs[^1].KeptEpoch);
        kept = KeptEpoch == 0 ? Frozen : epochs[KeptEpoch - 1].Test;
    }

    /// <summary>Keeps the weights where held-out rows are told with less loss than by those kept, and no more errors.</summary>
    public void Judge(int epoch, FineTuneMetrics? heldOut)
    {
        if (best is null)
            KeptEpoch = epoch;
        if (best is null || heldOut is null || heldOut.Loss >= kept!.Loss || heldOut.Top1 < kept.Top1)
            return;
        (kept, KeptEpoch) = (heldOut, epoch);
        network.CopyStateTo(best);
    }

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        Tensor logits = Forward(network, Augmentation.ShiftAndFlip(batch.Input, settings.CropPadding, settings.HorizontalFlip));
        Minimize(nn.functional.cross_entropy(logits, batch.Label));
        return Figures(logits.detach(), batch.Label);
    }

    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch) => Figures(network.call(batch.Input), batch.Label);

    public override Tensor Loss(TrainingBatch batch) => nn.functional.cross_entropy(network.call(batch.Input), batch.Label);

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() => settings.Frozen
        ? new Dictionary<string, OptimizerHelper>()
        : new Dictionary<string, OptimizerHelper> { ["optimizer"] = new FusedOptimizers.AdamW(network.parameters(), settings.LearningRate, decay: settings.WeightDecay) };

    public static IReadOnlyDictionary<string, double> Figures(Tensor logits, Tensor classes) => new DeviceFigures(
        [LossName, RightName], [nn.functional.cross_entropy(logits, classes), logits.argmax(1).eq(classes).to_type(ScalarType.Float32).mean()]);
}
