using Microsoft.ML;
using MLNetGen.Moons;
using Xunit.Abstractions;

namespace MLNetGen.Tests.Vae;

/// <summary>What a latent space of two numbers knows of the moon.</summary>
public sealed class MoonLatentTests(ITestOutputHelper output)
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Two_numbers_order_waxing_moons_by_phase_and_have_the_phase_of_all_moons_as_an_angle()
    {
        using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options
        {
            Architecture = VaeArchitecture.Mlp,
            LatentDimension = 2,
            Epochs = 30,
            Seed = 1,
            NumberOfThreads = 2,
        }).Fit(ml.Images.MoonPhases(2000, 32));
        MoonCodes codes = new(vae, 32);
        double ranks = codes.WaxingRankCorrelation(), circular = codes.CircularCorrelation();
        output.WriteLine($"Spearman {ranks:F3}, circular {circular:F3}");
        Assert.True(Math.Abs(ranks) >= 0.95, $"{ranks}");
        // Of angles that know nothing of each other: 0 ± 0.03.
        Assert.True(Math.Abs(circular) >= 0.5, $"{circular}");
    }

    [Fact]
    public void Half_way_between_codes_is_a_better_moon_than_half_way_between_an_autoencoders()
    {
        const int Size = 16;
        IDataView moons = ml.Images.MoonPhases(2000, Size);
        double average = 0;
        double HalfWay(bool autoencoder) => ((int[])[1, 2, 3]).Average(seed =>
        {
            using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options { LatentDimension = 2, Autoencoder = autoencoder, Epochs = 30, Seed = seed, NumberOfThreads = 2 }).Fit(moons);
            MoonCodes codes = new(vae, Size);
            average = codes.AverageError();
            double error = codes.HalfWayError();
            output.WriteLine($"{(autoencoder ? "autoencoder" : "VAE")}, seed {seed}: {error:F4}");
            return error;
        });
        double withKl = HalfWay(autoencoder: false), without = HalfWay(autoencoder: true);
        output.WriteLine($"VAE {withKl:F4}, autoencoder {without:F4}, average of the pictures {average:F4}");
        // The average has no error of reconstruction, and is nearer than either: docs/vae.md.
        Assert.True(withKl < without, $"{withKl}, {without}, {average}");
    }

    [Theory]
    [InlineData(1, 0.7, 1)]
    [InlineData(-1, 2.5, -1)]
    public void The_circular_correlation_of_turned_angles_is_1_and_of_mirrored_ones_minus_1(int sign, double turn, double expected)
    {
        double[] angles = [.. Enumerable.Range(0, 50).Select(i => i * i * 0.37)];
        Assert.Equal(expected, MoonCodes.Circular(angles, [.. angles.Select(angle => sign * angle + turn)]), 12);
    }
}
