namespace MLNetGen;

/// <summary>One finished step of a <see cref="DcganTrainer"/>.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="DiscriminatorLoss">The sum of the discriminator's losses on real and on made pictures, in nats.</param>
/// <param name="RealLoss">Its loss on real pictures.</param>
/// <param name="FakeLoss">Its loss on made ones.</param>
/// <param name="GeneratorLoss">The generator's loss, in nats.</param>
/// <param name="RealProbability">Mean of D(x), 0 to 1.</param>
/// <param name="FakeProbability">Mean of D(G(z)), 0 to 1.</param>
/// <param name="Accuracy">The share of pictures that the discriminator told rightly, 0 to 1.</param>
/// <param name="ImagesPerSecond">Training speed of this run so far.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record DcganProgress(
    int Step, int Steps, double DiscriminatorLoss, double RealLoss, double FakeLoss, double GeneratorLoss,
    double RealProbability, double FakeProbability, double Accuracy, double ImagesPerSecond, TimeSpan Remaining);
