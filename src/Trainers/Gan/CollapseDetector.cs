using System.Globalization;

namespace MLNetGen.Gan;

/// <summary>
/// Two ways in which a GAN stops learning without any loss saying so: a discriminator that is never wrong, and a generator
/// that makes one picture. Each is told once, and again only after it had passed.
/// </summary>
internal sealed class CollapseDetector(GanLoss loss)
{
    // Long enough that a healthy run's first steps, where both happen, pass. A generator that has yet to make different pictures, and not noise alone, has not collapsed: on moons
    // the network of 2014 takes 650 steps.
    private const int Perfect = 200, Alike = 100, AlikeFromTheBeginning = 1000;
    private const double LeastDiversity = 0.2, DiversityOfPictures = 0.5;

    private int perfect, alike;
    private bool differed;

    /// <summary>What to tell after this step; null is the rule.</summary>
    public string? Check(GanLogRow row)
    {
        // A critic says how far apart they are, and may always be right.
        perfect = loss != GanLoss.WassersteinGradientPenalty && row.Accuracy >= 1 ? perfect + 1 : 0;
        alike = row.Diversity < LeastDiversity ? alike + 1 : 0;
        differed |= row.Diversity >= DiversityOfPictures;
        if (perfect == Perfect)
        {
            return $"the discriminator has been right about every picture for {Perfect} steps (step {row.Step}): the generator has little to learn from. "
                + "Start again in another WorkspacePath with a lower DiscriminatorLearningRate, a higher GeneratorLearningRate, DiffAugment, or more pictures.";
        }
        if (alike == (differed ? Alike : AlikeFromTheBeginning))
        {
            return string.Create(CultureInfo.InvariantCulture, $"the made pictures have been nearly the same for {alike} steps (step {row.Step}; their spread is {row.Diversity:P0} of the real ones'): ")
                + "the generator may have collapsed. Start again in another WorkspacePath with lower learning rates, a larger BatchSize or another Seed.";
        }
        return null;
    }
}
