using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Moons;

/// <summary>What a latent space knows of the moon: measured alike by a test and for docs/vae.md.</summary>
/// <param name="vae">Trained on moons.</param>
/// <param name="size">Their pixels a side.</param>
internal sealed class MoonCodes(VaeTransformer vae, int size)
{
    private const int Pairs = 200;

    // Full moons, half moons (waxing and waning by turns) of the same tilts and sizes, and the moons of the phase between.
    private readonly MoonPhase[] full = Paired(size, 0.5, 0.5), half = Paired(size, 0.25, 0.75);
    private readonly float[][] between = [.. Paired(size, 0.375, 0.625).Select(moon => Grey(moon.Draw(size)))];

    /// <summary>The picture decoded half-way between the codes of a full and a half moon of one tilt and size, against the moon of the phase between them: mean squared error of pixels in [0, 1].</summary>
    public double HalfWayError()
    {
        float[][] from = Of(full), to = Of(half);
        IDataView codes = LatentRows.Create(Pairs, vae.LatentDimension, (row, values) =>
        {
            for (int i = 0; i < values.Length; i++) values[i] = (from[row][i] + to[row][i]) / 2;
        });
        return Error([.. ImageColumn.Read(vae.Decoder.Transform(codes), "Image").Select(Grey)]);
    }

    /// <summary>The same of the average of the two pictures, which needs no network.</summary>
    public double AverageError() => Error([.. full.Zip(half, (one, other) => Grey(one.Draw(size)).Zip(Grey(other.Draw(size)), (a, b) => (a + b) / 2).ToArray())]);

    /// <summary>
    /// Waxing moons of one radius, tilts as in training: rank correlation (Spearman) of the phase and the codes' projection on the direction of least squared error, which other such moons gave.
    /// </summary>
    public double WaxingRankCorrelation()
    {
        MoonPhase[] fitted = Waxing(400, seed: 11), held = Waxing(200, seed: 12);
        double[] weights = LeastSquares(Of(fitted), [.. fitted.Select(moon => moon.Phase)]);
        return Pearson(Ranks([.. Of(held).Select(code => Affine(weights, code))]), Ranks([.. held.Select(moon => moon.Phase)]));
    }

    /// <summary>
    /// All moons, whose phase is an angle: correlation (Fisher and Lee 1983, Biometrika 70, page 327; in [−1, 1]) of the angle and that of the plane that foretells its cosine and sine with least
    /// squared error, which other moons gave.
    /// </summary>
    public double CircularCorrelation()
    {
        MoonPhase[] fitted = Any(2000, seed: 13), held = Any(1000, seed: 14);
        float[][] codes = Of(fitted), others = Of(held);
        double[] cosine = LeastSquares(codes, [.. fitted.Select(moon => Math.Cos(Angle(moon)))]), sine = LeastSquares(codes, [.. fitted.Select(moon => Math.Sin(Angle(moon)))]);
        return Circular([.. held.Select(Angle)], [.. others.Select(code => Math.Atan2(Affine(sine, code), Affine(cosine, code)))]);
    }

    /// <summary>Fisher and Lee's coefficient: the mean of sin(aᵢ − aⱼ)·sin(bᵢ − bⱼ) over all pairs, scaled as Pearson's; no mean angle is in it, which angles all round do not have.</summary>
    public static double Circular(double[] a, double[] b)
    {
        double covariance = 0, varianceA = 0, varianceB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (double x, double y) = (Math.Sin(a[i] - a[j]), Math.Sin(b[i] - b[j]));
                (covariance, varianceA, varianceB) = (covariance + x * y, varianceA + x * x, varianceB + y * y);
            }
        }
        return covariance / Math.Sqrt(varianceA * varianceB);
    }

    private float[][] Of(MoonPhase[] moons)
    {
        IDataView rows = new IndexedRows(moons.Length, IndexedColumn.Image("Image", new ImageDataViewType(size, size), row => moons[row].Draw(size).ToImage()));
        return [.. vae.Encoder.Transform(rows).GetColumn<float[]>("Latent")];
    }

    private double Error(float[][] pictures) => pictures.Zip(between, (picture, moon) => picture.Zip(moon, (a, b) => (double)(a - b) * (a - b)).Average()).Average();

    private static float[] Grey(Picture picture) => [.. picture.Pixels.Where((_, i) => i % picture.Channels == 0).Select(value => value / 255f)];

    private static double Angle(MoonPhase moon) => 2 * Math.PI * moon.Phase;

    private static MoonPhase[] Paired(int size, double waxing, double waning) => [.. Enumerable.Range(0, Pairs).Select(row =>
    {
        RowRandom random = new(15, row);
        return new MoonPhase(row % 2 == 0 ? waxing : waning, random.NextDouble(-20, 20), size * random.NextDouble(0.28, 0.46));
    })];

    private MoonPhase[] Waxing(int count, int seed) => [.. Enumerable.Range(0, count).Select(row =>
    {
        RowRandom random = new(seed, row);
        return new MoonPhase(random.NextDouble(0, 0.5), random.NextDouble(-20, 20), size * 0.37);
    })];

    // As training has them.
    private MoonPhase[] Any(int count, int seed) => [.. Enumerable.Range(0, count).Select(row =>
    {
        RowRandom random = new(seed, row);
        return new MoonPhase(random.NextDouble(), random.NextDouble(-20, 20), size * random.NextDouble(0.28, 0.46));
    })];

    // Weights of the code's numbers, and last what is added.
    private static double[] LeastSquares(float[][] codes, double[] values)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = tensor(codes.SelectMany(code => code.Select(value => (double)value).Append(1)).ToArray(), [codes.Length, codes[0].Length + 1]);
        return [.. linalg.lstsq(rows, tensor(values).unsqueeze(1)).Solution.data<double>()];
    }

    private static double Affine(double[] weights, float[] code) => code.Zip(weights, (value, weight) => value * weight).Sum() + weights[^1];

    private static double Pearson(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    // No two are equal here.
    private static double[] Ranks(double[] values)
    {
        double[] ranks = new double[values.Length];
        foreach ((int row, int rank) in values.Index().OrderBy(pair => pair.Item).Select((pair, rank) => (pair.Index, rank))) ranks[row] = rank;
        return ranks;
    }
}
