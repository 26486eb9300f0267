namespace MLNetGen.Gan;

/// <summary>What one step measured.</summary>
/// <param name="OnReal">The discriminator's loss on real pictures.</param>
/// <param name="OnMade">Its loss on made ones.</param>
/// <param name="Generator">The generator's loss.</param>
/// <param name="ProbabilityOfReal">Mean of D(x): how sure the discriminator is that real pictures are real.</param>
/// <param name="ProbabilityOfMade">Mean of D(G(z)): how sure it is that made ones are.</param>
/// <param name="Accuracy">The share of pictures that the discriminator tells rightly, 0 to 1.</param>
/// <param name="Diversity">How much made pictures differ from one another: mean standard deviation of a pixel over the batch, as a share of that of real ones.</param>
/// <param name="Penalty">What gradient penalties added to the discriminator's loss.</param>
internal readonly record struct GanLosses(
    double OnReal, double OnMade, double Generator, double ProbabilityOfReal, double ProbabilityOfMade, double Accuracy, double Diversity,
    double Penalty = 0)
{
    public bool IsFinite => double.IsFinite(OnReal + OnMade + Generator + Penalty);
}
