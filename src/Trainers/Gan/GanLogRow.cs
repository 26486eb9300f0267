namespace MLNetGen.Gan;

/// <summary>One step, as <c>training_log.jsonl</c> has it.</summary>
/// <param name="Step">From 1.</param>
/// <param name="RealLoss">The discriminator's loss on real pictures, in nats.</param>
/// <param name="FakeLoss">Its loss on made ones.</param>
/// <param name="GeneratorLoss">The generator's loss.</param>
/// <param name="RealProbability">Mean of D(x).</param>
/// <param name="FakeProbability">Mean of D(G(z)).</param>
/// <param name="Accuracy">The share of the batch that the discriminator tells rightly.</param>
/// <param name="Diversity">Spread of made pictures as a share of that of real ones.</param>
/// <param name="Seconds">What the step took.</param>
/// <param name="Penalty">What gradient penalties added to the discriminator's loss; null without any.</param>
internal sealed record GanLogRow(
    int Step, double RealLoss, double FakeLoss, double GeneratorLoss, double RealProbability, double FakeProbability, double Accuracy, double Diversity, double Seconds,
    double? Penalty = null)
{
    public static GanLogRow Of(int step, GanLosses losses, double seconds) => new(
        step, losses.OnReal, losses.OnMade, losses.Generator, losses.ProbabilityOfReal, losses.ProbabilityOfMade, losses.Accuracy, losses.Diversity, seconds,
        losses.Penalty == 0 ? null : losses.Penalty);
}
