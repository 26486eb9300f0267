using System.Globalization;

namespace MLNetGen;

/// <summary>The averages of the steps between two checkpoints of a <see cref="DcganTrainer"/>.</summary>
/// <param name="Step">The last of them, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="DiscriminatorLoss">The sum of the discriminator's losses on real and on made pictures, in nats.</param>
/// <param name="RealLoss">Its loss on real pictures.</param>
/// <param name="FakeLoss">Its loss on made ones.</param>
/// <param name="GeneratorLoss">The generator's loss, in nats.</param>
/// <param name="RealProbability">Mean of D(x), 0 to 1.</param>
/// <param name="FakeProbability">Mean of D(G(z)), 0 to 1.</param>
/// <param name="Accuracy">The share of pictures that the discriminator told rightly, 0 to 1.</param>
/// <param name="SecondsPerStep">Training time of a step.</param>
/// <param name="ImagesPerSecond">Training pictures a second.</param>
public sealed record DcganAverages(
    int Step, int Steps, double DiscriminatorLoss, double RealLoss, double FakeLoss, double GeneratorLoss,
    double RealProbability, double FakeProbability, double Accuracy, double SecondsPerStep, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step}/{Steps}: D {DiscriminatorLoss:F3} (real {RealLoss:F3} + fake {FakeLoss:F3}), G {GeneratorLoss:F3}; D(x) {RealProbability:F2}, D(G(z)) {FakeProbability:F2}; {SecondsPerStep:G3} s a step");
}

/// <summary>How near a <see cref="DcganTrainer"/>'s made pictures came to real ones at one step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Metrics">Of pictures by the averaged generator, against <see cref="TrainingOptions.ValidationSet"/>.</param>
public sealed record DcganQuality(int Step, GenerativeMetrics Metrics);

/// <summary>One finished step of a <see cref="DcganTrainer"/>, and the time left at the speed of this run so far.</summary>
/// <inheritdoc cref="DcganAverages" path="/param"/>
public sealed record DcganProgress(
    int Step, int Steps, double DiscriminatorLoss, double RealLoss, double FakeLoss, double GeneratorLoss,
    double RealProbability, double FakeProbability, double Accuracy, double ImagesPerSecond, TimeSpan Remaining);
