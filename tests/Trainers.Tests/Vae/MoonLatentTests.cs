using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit.Abstractions;

namespace MLNetGen.Tests.Vae;

/// <summary>What a latent space of two numbers knows of the moon.</summary>
public sealed class MoonLatentTests(ITestOutputHelper output)
{
    private const int Size = 32;

    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void A_direction_of_the_latent_space_orders_waxing_moons_by_phase()
    {
        using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options
        {
            Architecture = VaeArchitecture.Mlp,
            LatentDimension = 2,
            Epochs = 30,
            Seed = 1,
            NumberOfThreads = 2,
        }).Fit(ml.Images.MoonPhases(2000, Size));
        MoonPhase[] training = Waxing(400, seed: 11), held = Waxing(200, seed: 12);
        double[] direction = Direction(Codes(vae, training), [.. training.Select(moon => moon.Phase)]);
        double rho = Spearman([.. Codes(vae, held).Select(code => Dot(direction, code))], [.. held.Select(moon => moon.Phase)]);
        output.WriteLine($"Spearman {rho:F3}");
        Assert.True(Math.Abs(rho) >= 0.95, $"{rho}");
    }

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
