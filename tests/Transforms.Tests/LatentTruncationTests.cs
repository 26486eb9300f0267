using Microsoft.ML;

namespace MLNetGen.Tests;

public class LatentTruncationTests
{
    private readonly MLContext ml = new(seed: 1);

    // Variance of the standard normal distribution truncated to [-t, t]: 1 - 2t·φ(t) / (2Φ(t) - 1); Φ(t) - 1/2 is Python's math.erf(t / sqrt(2)) / 2.
    [Theory]
    [InlineData(0.04, 0.01595343685283)]
    [InlineData(0.5, 0.19146246127401)]
    [InlineData(0.999, 0.34110265435868)]
    [InlineData(1, 0.34134474606854)]
    [InlineData(2, 0.47724986805182)]
    [InlineData(3, 0.49865010196837)]
    public void Values_have_the_truncated_normal_distributions_moments(double threshold, double halfMass)
    {
        var values = Rows.Vectors(ml.Generative.SampleLatent(4_000, 25, seed: 3, truncation: threshold), "Latent").SelectMany(v => v).Select(v => (double)v).ToArray();
        var variance = 1 - threshold * Math.Exp(-threshold * threshold / 2) / Math.Sqrt(2 * Math.PI) / halfMass;
        Assert.All(values, v => Assert.InRange(v, -threshold, threshold));
        Assert.Equal(0, values.Average(), 0.015 * Math.Sqrt(variance));
        Assert.Equal(1, values.Average(v => v * v) / variance, 0.02);
    }

    [Fact]
    public void Values_within_stay_and_the_others_are_drawn_again()
    {
        var free = Rows.Vectors(ml.Generative.SampleLatent(200, 10, seed: 3), "Latent").SelectMany(v => v).ToArray();
        var truncated = Rows.Vectors(ml.Generative.SampleLatent(200, 10, seed: 3, truncation: 1.5), "Latent").SelectMany(v => v).ToArray();
        Assert.All(free.Zip(truncated), pair => Assert.Equal(Math.Abs(pair.First) <= 1.5f, pair.First == pair.Second));
        Assert.Contains(free, v => Math.Abs(v) > 1.5f);
        Assert.Equal(truncated, Rows.Vectors(ml.Generative.SampleLatent(200, 10, seed: 3, truncation: 1.5), "Latent").SelectMany(v => v));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void Thresholds_that_leave_nothing_are_refused(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.SampleLatent(1, 1, truncation: threshold));
}
