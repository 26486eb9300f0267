using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit.Abstractions;

namespace MLNetGen.Tests.Vae;

/// <summary>What a latent space of two numbers knows of the moon: the claim that a VAE is made for.</summary>
public sealed class MoonLatentTests(ITestOutputHelper output)
{
    private const int Size = 32, Seeds = 3, Pairs = 200;

    private readonly MLContext ml = new(seed: 1);

    // Half-way between a full moon and a half one of the same tilt and size lies the moon of the phase between them.
    [Fact]
    public void Half_way_codes_of_a_vae_decode_to_the_middle_phase_better_than_an_autoencoders_and_than_the_average_picture()
    {
        double vae = 0, autoencoder = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            vae += HalfWayError(Train(autoencoder: false, seed)) / Seeds;
            autoencoder += HalfWayError(Train(autoencoder: true, seed)) / Seeds;
        }
        double average = Pairings().Average(pair => Error(Mean(pair.Full, pair.Half), pair.Middle));
        output.WriteLine($"VAE {vae:F4}, autoencoder {autoencoder:F4}, average picture {average:F4}");
        Assert.True(vae < autoencoder && vae < average, $"VAE {vae}, autoencoder {autoencoder}, average {average}");
    }

    [Fact]
    public void A_direction_of_the_latent_space_orders_waxing_moons_by_phase()
    {
        using VaeTransformer vae = Train(autoencoder: false, seed: 1);
        MoonPhase[] training = Waxing(400, seed: 11), held = Waxing(200, seed: 12);
        double[] direction = Direction(Codes(vae, training), [.. training.Select(moon => moon.Phase)]);
        double rho = Spearman([.. Codes(vae, held).Select(code => Dot(direction, code))], [.. held.Select(moon => moon.Phase)]);
        output.WriteLine($"Spearman {rho:F3}");
        Assert.True(Math.Abs(rho) >= 0.95, $"{rho}");
    }

    private VaeTransformer Train(bool autoencoder, int seed)
    {
        VaeTrainer.Options options = new() { LatentDimension = 2, Epochs = int.Parse(Environment.GetEnvironmentVariable("EPOCHS") ?? "20"), Seed = seed, Autoencoder = autoencoder, NumberOfThreads = 2 };
        if (Environment.GetEnvironmentVariable("MLP") is not null) options.Architecture = VaeArchitecture.Mlp;
        if (Environment.GetEnvironmentVariable("LAT") is { } l) options.LatentDimension = int.Parse(l);
        return ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(int.Parse(Environment.GetEnvironmentVariable("MOONS") ?? "2000"), Size));
    }

    private double HalfWayError(VaeTransformer trained)
    {
        using VaeTransformer vae = trained;
        (MoonPhase Full, MoonPhase Half, MoonPhase Middle)[] pairs = Pairings();
        float[][] full = Codes(vae, [.. pairs.Select(pair => pair.Full)]), half = Codes(vae, [.. pairs.Select(pair => pair.Half)]);
        IDataView between = LatentRows.Create(Pairs, vae.LatentDimension, (row, z) =>
        {
            for (int d = 0; d < z.Length; d++) z[d] = (full[row][d] + half[row][d]) / 2;
        });
        Picture[] decoded = [.. ImageColumn.Read(vae.Decoder.Transform(between), "Image")];
        return decoded.Zip(pairs, (picture, pair) => Error([.. Grey(picture)], pair.Middle)).Average();
    }

    private static (MoonPhase Full, MoonPhase Half, MoonPhase Middle)[] Pairings() => [.. Enumerable.Range(0, Pairs).Select(row =>
    {
        RowRandom random = new(seed: 7, row);
        double tilt = random.NextDouble(-20, 20), radius = Size * random.NextDouble(0.28, 0.46);
        return (new MoonPhase(0.5, tilt, radius), new MoonPhase(0.25, tilt, radius), new MoonPhase(0.375, tilt, radius));
    })];

    // Of one radius; tilts as in training.
    private static MoonPhase[] Waxing(int count, int seed) => [.. Enumerable.Range(0, count).Select(row =>
    {
        RowRandom random = new(seed, row);
        return new MoonPhase(random.NextDouble(0, 0.5), random.NextDouble(-20, 20), Size * 0.37);
    })];

    private static float[][] Codes(VaeTransformer vae, MoonPhase[] moons)
    {
        IDataView rows = new IndexedRows(moons.Length, IndexedColumn.Image("Image", new ImageDataViewType(Size, Size), row => moons[row].Draw(Size).ToImage()));
        return [.. vae.Encoder.Transform(rows).GetColumn<float[]>("Latent")];
    }

    private static double Error(double[] picture, MoonPhase moon) => picture.Zip(Grey(moon.Draw(Size)), (a, b) => (a - b) * (a - b)).Average();

    private static double[] Mean(MoonPhase a, MoonPhase b) => [.. Grey(a.Draw(Size)).Zip(Grey(b.Draw(Size)), (x, y) => (x + y) / 2)];

    private static IEnumerable<double> Grey(Picture picture) => picture.Pixels.ToArray().Where((_, i) => i % picture.Channels == 0).Select(value => value / 255.0);

    // Least squares of phase on code.
    private static double[] Direction(float[][] codes, double[] phases)
    {
        double x = codes.Average(c => c[0]), y = codes.Average(c => c[1]), p = phases.Average(), xx = 0, xy = 0, yy = 0, xp = 0, yp = 0;
        foreach ((float[] code, double phase) in codes.Zip(phases))
        {
            (double u, double v, double w) = (code[0] - x, code[1] - y, phase - p);
            (xx, xy, yy, xp, yp) = (xx + u * u, xy + u * v, yy + v * v, xp + u * w, yp + v * w);
        }
        double determinant = xx * yy - xy * xy;
        return [(yy * xp - xy * yp) / determinant, (xx * yp - xy * xp) / determinant];
    }

    private static double Dot(double[] direction, float[] code) => direction.Zip(code, (a, b) => a * b).Sum();

    private static double Spearman(double[] a, double[] b)
    {
        double[] ranksA = Ranks(a), ranksB = Ranks(b);
        double mean = (a.Length - 1) / 2.0, covariance = ranksA.Zip(ranksB, (x, y) => (x - mean) * (y - mean)).Sum();
        return covariance / ranksA.Sum(x => (x - mean) * (x - mean));
    }

    // No two are equal here.
    private static double[] Ranks(double[] values)
    {
        double[] ranks = new double[values.Length];
        foreach ((int row, int rank) in values.Index().OrderBy(pair => pair.Item).Select((pair, rank) => (pair.Index, rank))) ranks[row] = rank;
        return ranks;
    }
}
