using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Latent.Toy;

namespace MLNetGen;

/// <summary>
/// The smallest generative model: p(x) of numbers as a mixture of normal distributions, p(x) = Σₖ πₖ · N(x; μₖ, σₖ²), fitted by expectation maximisation, and one can watch.
/// Source: Bishop 2006, "Pattern recognition and machine learning", section 9.2.
/// </summary>
/// <remarks>The components start side by side in the middle, where they explain little; each step raises the likelihood.</remarks>
public sealed class ToyGaussianMixture
{
    private const int Rows = 2000;
    private const double Start = 0.25;

    private ToyGaussianMixture(float[] data, IReadOnlyList<GaussianMixtureStep> steps) => (Data, Steps) = (data, steps);

    /// <summary>What the numbers are drawn from: half of them around −3, three tenths around 0.5, the rest around 4.</summary>
    public static GaussianMixture Truth { get; } = new([0.5, 0.3, 0.2], [[-3], [0.5], [4]], [Variance(0.8), Variance(0.5), Variance(1.2)]);

    /// <summary>The numbers.</summary>
    public IReadOnlyList<float> Data { get; }

    /// <summary>The fit: the first before any step, the last after all.</summary>
    public IReadOnlyList<GaussianMixtureStep> Steps { get; }

    /// <summary>Draws 2,000 numbers of <see cref="Truth"/> and fits three components to them.</summary>
    /// <param name="context">The context.</param>
    /// <param name="seed">The same seed gives the same numbers and steps.</param>
    /// <param name="cancel">Stops between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static ToyGaussianMixture Fit(MLContext context, int seed = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        IDataView rows = Truth.Sample(Rows, seed);
        List<GaussianMixtureStep> steps = [];
        context.Generative.Trainers.GaussianMixture(new GaussianMixtureTrainer.Options
        {
            NumberOfComponents = 3,
            InitialMeans = [[(float)-Start], [0], [(float)Start]],
            // Side by side they first move as one, slowly.
            Tolerance = 1e-8,
            MaximumIterations = 2000,
            Seed = seed,
            ProgressCallback = steps.Add,
            CancellationToken = cancel,
        }).Fit(rows).Dispose();
        return new([.. rows.GetColumn<float[]>("Latent").Select(row => row[0])], steps);
    }

    /// <summary>Draws one step: the data as a histogram, what they are drawn from, the components and their sum.</summary>
    /// <param name="step">One of <see cref="Steps"/>.</param>
    public Picture Draw(GaussianMixtureStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return ToyMixturePlot.Draw(step, Data);
    }

    /// <summary>Writes <c>toy-mixture.gif</c>, all steps; <c>toy-mixture.png</c>, the last; and <c>toy-mixture.html</c>, with the likelihood by step and what was found.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        // Every step at first, then fewer: the last ones move little.
        const int Frames = 80;
        int[] shown = [.. Enumerable.Range(0, Frames).Select(i => (int)Math.Round((Steps.Count - 1) * Math.Pow(i / (Frames - 1.0), 2))).Distinct()];
        PictureAnimation.SaveGif(Path.Combine(folder, "toy-mixture.gif"), shown.Select(i => Draw(Steps[i])), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        string last = Path.Combine(folder, "toy-mixture.png");
        Draw(Steps[^1]).Save(last);
        GaussianMixture found = Steps[^1].Mixture;
        HtmlReport page = new("A mixture of normal distributions", $"{Data.Count} numbers, three components, {Steps.Count - 1} steps of expectation maximisation");
        page.Picture("After the last step", "The data grey, what they are drawn from dotted, the components and their sum in colour.", last);
        page.Chart("Likelihood", "step", "log p(x), mean over the data, nats",
            new ChartSeries("mixture", [.. Steps.Select(step => ((double)step.Step, step.LogLikelihood))]),
            new ChartSeries("what the data are drawn from", [.. ((int[])[0, Steps[^1].Step]).Select(step => ((double)step, Data.Average(x => Truth.LogDensity([x]))))]));
        page.Table("Components", ["component", "weight", "mean", "deviation", "drawn from"],
            [.. found.Means.Select((mean, k) => (Mean: mean[0], K: k)).OrderBy(part => part.Mean).Select((part, place) => (IReadOnlyList<string>)
            [
                $"{place + 1}", Number(found.Weights[part.K]), Number(part.Mean), Number(Math.Sqrt(found.Covariances[part.K][0, 0])),
                $"{Number(Truth.Weights[place])} of N({Number(Truth.Means[place][0])}, {Number(Math.Sqrt(Truth.Covariances[place][0, 0]))})",
            ])]);
        page.Save(Path.Combine(folder, "toy-mixture.html"));
    }

    private static double[,] Variance(double deviation) => new[,] { { deviation * deviation } };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
