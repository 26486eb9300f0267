using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Latent;

public class GaussianMixtureTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(CovarianceType.Full, "full")]
    [InlineData(CovarianceType.Diagonal, "diagonal")]
    public void From_the_same_means_it_finds_the_mixture_that_scikit_learn_finds(CovarianceType type, string name)
    {
        JsonElement fixture = Fixture(), expected = fixture.GetProperty(name);
        using GaussianMixtureTransformer fitted = Fit(Floats(fixture.GetProperty("rows")), new() { NumberOfComponents = 3, Covariance = type, Tolerance = 1e-12, MaximumIterations = 10_000, InitialMeans = Floats(fixture.GetProperty("start")) });
        Assert.True(fitted.Converged);
        Assert.Equal(expected.GetProperty("logLikelihood").GetDouble(), fitted.LogLikelihoods[^1], 1e-6);
        Same(Numbers(expected.GetProperty("weights")), fitted.Mixture.Weights, 1e-4);
        for (int k = 0; k < 3; k++)
        {
            Same(Numbers(expected.GetProperty("means")[k]), fitted.Mixture.Means[k], 1e-3);
            Same(Numbers(expected.GetProperty("covariances")[k]), fitted.Mixture.Covariances[k].Cast<double>(), 1e-3);
        }
    }

    [Theory]
    [InlineData("full")]
    [InlineData("diagonal")]
    public void Densities_and_responsibilities_of_a_given_mixture_are_scikit_learns(string name)
    {
        JsonElement fixture = Fixture(), expected = fixture.GetProperty(name);
        GaussianMixture mixture = new(Numbers(expected.GetProperty("weights")), [.. expected.GetProperty("means").EnumerateArray().Select(Numbers)],
            [.. expected.GetProperty("covariances").EnumerateArray().Select(values => Square(Numbers(values)))]);
        float[][] probes = Floats(fixture.GetProperty("probes"));
        for (int i = 0; i < probes.Length; i++)
        {
            Assert.Equal(expected.GetProperty("logDensities")[i].GetDouble(), mixture.LogDensity(probes[i]), 1e-7);
            Same(Numbers(expected.GetProperty("responsibilities")[i]), mixture.Responsibilities(probes[i]), 1e-7);
        }
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Diagonal)]
    public void The_likelihood_rises_at_every_step(CovarianceType type)
    {
        List<GaussianMixtureStep> steps = [];
        float[][] rows = Floats(Fixture().GetProperty("rows"));
        using GaussianMixtureTransformer fitted = Fit(rows, new() { NumberOfComponents = 3, Covariance = type, Regularization = 0, Tolerance = 1e-9, Seed = 3, ProgressCallback = steps.Add });
        Assert.Equal(Enumerable.Range(0, steps.Count), steps.Select(step => step.Step));
        Assert.Equal(fitted.LogLikelihoods, steps.Select(step => step.LogLikelihood));
        Assert.InRange(steps.Count, 10, 201);
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.Second.LogLikelihood > pair.First.LogLikelihood - 1e-12, $"{pair.First} {pair.Second}"));
        // What is told of a step is what its mixture says of the rows.
        Assert.All(steps, step => Assert.Equal(rows.Average(row => step.Mixture.LogDensity(row)), step.LogLikelihood, 1e-9));
    }

    [Fact]
    public void A_step_in_one_dimension_is_the_one_by_hand()
    {
        List<GaussianMixtureStep> steps = [];
        Fit([[-1], [1], [3]], new() { NumberOfComponents = 2, InitialMeans = [[0], [2]], Regularization = 0, MaximumIterations = 1, ProgressCallback = steps.Add }).Dispose();
        // The start: every row is 1 from its nearest mean, so the variance is 1; log N(x; 0) − log N(x; 2) = 2 − 2x.
        Assert.Equal([0.5, 0.5], steps[0].Mixture.Weights);
        Same([0, 2], steps[0].Mixture.Means.Select(mean => mean[0]), 0);
        Same([1, 1], steps[0].Mixture.Covariances.Select(covariance => covariance[0, 0]), 1e-12);
        double likely = 1 / (1 + Math.Exp(-4));
        Same([likely, 1 - likely], steps[0].Mixture.Responsibilities([-1]), 1e-12);
        Same([0.5, 0.5], steps[0].Mixture.Responsibilities([1]), 1e-12);
        double density = (Math.Exp(-0.5) + Math.Exp(-4.5)) / 2 / Math.Sqrt(2 * Math.PI), middle = Math.Exp(-0.5) / Math.Sqrt(2 * Math.PI);
        Assert.Equal(((2 * Math.Log(density)) + Math.Log(middle)) / 3, steps[0].LogLikelihood, 1e-12);

        // The step: shares of 1.5 rows each, and weighted means and variances.
        double mean = (-likely + 0.5 + (3 * (1 - likely))) / 1.5;
        double variance = ((likely * Math.Pow(-1 - mean, 2)) + (0.5 * Math.Pow(1 - mean, 2)) + ((1 - likely) * Math.Pow(3 - mean, 2))) / 1.5;
        Same([0.5, 0.5], steps[1].Mixture.Weights, 1e-12);
        Same([mean, 2 - mean], steps[1].Mixture.Means.Select(m => m[0]), 1e-12);
        Same([variance, variance], steps[1].Mixture.Covariances.Select(covariance => covariance[0, 0]), 1e-12);
    }

    [Fact]
    public void Two_pairs_of_numbers_far_apart_are_two_components()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            using GaussianMixtureTransformer fitted = Fit([[0], [1], [99], [100]], new() { NumberOfComponents = 2, Regularization = 0, Seed = seed });
            Same([0.5, 99.5], fitted.Mixture.Means.Select(mean => mean[0]).Order(), 1e-9);
            Same([0.25, 0.25], fitted.Mixture.Covariances.Select(covariance => covariance[0, 0]), 1e-9);
            // log ½ − ½ log 2πσ² − ½, σ² = ¼.
            Assert.Equal(Math.Log(0.5) - (0.5 * Math.Log(Math.PI / 2)) - 0.5, fitted.LogLikelihoods[^1], 1e-9);
        }
    }

    [Fact]
    public void One_component_is_the_rows_mean_and_covariance()
    {
        float[][] rows = Floats(Fixture().GetProperty("rows"));
        using GaussianMixtureTransformer fitted = Fit(rows, new() { NumberOfComponents = 1, Regularization = 0.5 });
        double[] mean = [.. Enumerable.Range(0, 3).Select(a => rows.Average(row => (double)row[a]))];
        Same(mean, fitted.Mixture.Means[0], 1e-9);
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++)
                Assert.Equal(rows.Average(row => (row[a] - mean[a]) * (row[b] - mean[b])) + (a == b ? 0.5 : 0), fitted.Mixture.Covariances[0][a, b], 1e-9);
    }

    // In a saved chain, in the chain that it was fitted in, and in the ONNX file for others.
    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Diagonal)]
    public void A_mixture_that_was_saved_is_found_again_and_draws_the_same_rows(CovarianceType type)
    {
        using TemporaryFolder folder = new();
        IDataView view = View(Floats(Fixture().GetProperty("rows")));
        using TransformerChain<GaussianMixtureTransformer> chain = ml.Transforms.CopyColumns("Code", "Latent")
            .Append(ml.Generative.Trainers.GaussianMixture(new() { InputColumnName = "Code", NumberOfComponents = 4, Covariance = type, Seed = 1 })).Fit(view);
        GaussianMixtureTransformer fitted = chain.LastTransformer;
        ml.Model.Save(chain, view.Schema, folder.File("model.zip"));
        fitted.SaveOnnx(folder.Path);

        using GaussianMixtureTransformer loaded = GaussianMixtureTransformer.FromModel(ml, ml.Model.Load(folder.File("model.zip"), out _));
        foreach (GaussianMixture found in (GaussianMixture[])[loaded.Mixture, GaussianMixtureTransformer.FromModel(ml, chain).Mixture, GaussianMixture.FromOnnx(folder.File("mixture.onnx"))])
        {
            Same(fitted.Mixture.Weights, found.Weights, 1e-15);
            for (int k = 0; k < 4; k++)
            {
                Same(fitted.Mixture.Means[k], found.Means[k], 0);
                Same(fitted.Mixture.Covariances[k].Cast<double>(), found.Covariances[k].Cast<double>(), 0);
            }
            Assert.Equal(fitted.Mixture.Sample(100, seed: 5).GetColumn<float[]>("Latent"), found.Sample(100, seed: 5).GetColumn<float[]>("Latent"));
        }
        Assert.Empty(loaded.LogLikelihoods);
        Assert.Null(loaded.Converged);
        Assert.Equal(fitted.Transform(chain.Transform(view)).GetColumn<float[]>("LogDensity"), loaded.Transform(view).GetColumn<float[]>("LogDensity"));
        // It knows its files no more, but saves as the chain does.
        Assert.Throws<InvalidOperationException>(() => loaded.SaveOnnx(folder.File("again")));
        ml.Model.Save(loaded, view.Schema, folder.File("again.zip"));
        using GaussianMixtureTransformer again = GaussianMixtureTransformer.FromModel(ml, ml.Model.Load(folder.File("again.zip"), out _));
        Same(fitted.Mixture.Means[3], again.Mixture.Means[3], 0);
    }

    [Fact]
    public void What_holds_no_mixture_is_refused()
    {
        using TemporaryFolder folder = new();
        IDataView view = View(Floats(Fixture().GetProperty("rows")));
        Assert.Throws<ArgumentException>(() => GaussianMixtureTransformer.FromModel(ml, ml.Transforms.CopyColumns("Code", "Latent").Fit(view)));
        using (TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> other = TorchSharp.torch.nn.Identity())
            MLNetGen.Export.OnnxExporter.Export(other, TorchSharp.torch.zeros(1, 3), folder.File("other.onnx"));
        Assert.Throws<ArgumentException>(() => GaussianMixture.FromOnnx(folder.File("other.onnx")));
        Assert.Throws<FileNotFoundException>(() => GaussianMixture.FromOnnx(folder.File("none.onnx")));
    }

    [Fact]
    public void Columns_are_the_mixtures_own_figures_also_once_saved_and_loaded()
    {
        float[][] rows = Floats(Fixture().GetProperty("rows"));
        IDataView view = View(rows);
        using GaussianMixtureTransformer fitted = ml.Generative.Trainers.GaussianMixture(new() { InputColumnName = "Code", NumberOfComponents = 4, Seed = 1 }).Fit(ml.Transforms.CopyColumns("Code", "Latent").Fit(view).Transform(view));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        try
        {
            IDataView codes = ml.Transforms.CopyColumns("Code", "Latent").Fit(view).Transform(view);
            ml.Model.Save(fitted, codes.Schema, path);
            ITransformer loaded = ml.Model.Load(path, out _);
            Assert.All((IEnumerable<ITransformer>)loaded, part => Assert.StartsWith("Microsoft.ML", part.GetType().Namespace, StringComparison.Ordinal));
            foreach (ITransformer model in (ITransformer[])[fitted, loaded])
            {
                IDataView scored = model.Transform(codes);
                Assert.Equal(["Code", "Latent", "LogDensity", "Responsibilities"], scored.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order());
                float[][] densities = [.. scored.GetColumn<float[]>("LogDensity")], shares = [.. scored.GetColumn<float[]>("Responsibilities")];
                for (int i = 0; i < rows.Length; i++)
                {
                    Assert.Equal(fitted.Mixture.LogDensity(rows[i]), Assert.Single(densities[i]), 1e-3);
                    Same(fitted.Mixture.Responsibilities(rows[i]), shares[i].Select(share => (double)share), 1e-3);
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_shape_told_before_fitting_is_the_schema_after_it()
    {
        IDataView rows = View([[1, 2], [2, 1], [3, 5]]);
        GaussianMixtureTrainer trainer = ml.Generative.Trainers.GaussianMixture("Latent", numberOfComponents: 2);
        using GaussianMixtureTransformer fitted = trainer.Fit(rows);
        Assert.Equal(
            SchemaShapes.Of(ml, fitted.Transform(rows).Schema).Select(c => (c.Name, c.Kind, c.ItemType.RawType)).Order(),
            trainer.GetOutputSchema(SchemaShapes.Of(ml, rows.Schema)).Select(c => (c.Name, c.Kind, c.ItemType.RawType)).Order());
    }

    [Fact]
    public void Drawn_rows_have_the_mixtures_mean_and_covariance_and_come_the_same_again()
    {
        const int Count = 40_000;
        GaussianMixture mixture = new([1, 3, 0], [[-2, 1], [2, 0], [50, 50]], [new double[,] { { 1, 0.6 }, { 0.6, 0.5 } }, new double[,] { { 0.25, 0 }, { 0, 2 } }, new double[,] { { 1, 0 }, { 0, 1 } }]);
        IDataView drawn = mixture.Sample(Count, seed: 5);
        float[][] rows = [.. drawn.GetColumn<float[]>("Latent")];
        Assert.Equal(rows, drawn.GetColumn<float[]>("Latent"));
        Assert.NotEqual(rows[0], mixture.Sample(1, seed: 6).GetColumn<float[]>("Latent").Single());
        // E x = Σ π μ; Cov x = Σ π (Σₖ + (μₖ − E x)(μₖ − E x)ᵀ).
        double[] mean = [1, 0.25];
        double[,] covariance = { { 0.25 * (1 + 9) + 0.75 * (0.25 + 1), 0.25 * (0.6 - 2.25) + 0.75 * (0 - 0.25) }, { 0, 0.25 * (0.5 + 0.5625) + 0.75 * (2 + 0.0625) } };
        for (int a = 0; a < 2; a++)
        {
            Assert.Equal(mean[a], rows.Average(row => (double)row[a]), 4 * Math.Sqrt(covariance[a, a] / Count));
            for (int b = a; b < 2; b++)
                Assert.Equal(covariance[a, b], rows.Average(row => (row[a] - mean[a]) * (row[b] - mean[b])), 0.1);
        }
        Assert.Equal(0.25, rows.Average(row => mixture.Responsibilities(row)[0]), 0.01);
        Assert.All(rows, row => Assert.InRange(row[0], -10, 10));
    }

    [Fact]
    public void The_seed_says_where_it_begins()
    {
        float[][] rows = Floats(Fixture().GetProperty("rows"));
        float[] First(int seed)
        {
            List<GaussianMixtureStep> steps = [];
            Fit(rows, new() { NumberOfComponents = 3, MaximumIterations = 1, Seed = seed, ProgressCallback = steps.Add }).Dispose();
            return [.. steps[0].Mixture.Means.SelectMany(mean => mean).Select(value => (float)value)];
        }
        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));
        // Each start is a row.
        Assert.All(First(1).Chunk(3), mean => Assert.Contains(rows, row => row.SequenceEqual(mean)));
    }

    [Fact]
    public void What_is_no_distribution_is_refused_by_name()
    {
        Assert.Contains("slot 1", Assert.Throws<ArgumentException>(() => Fit([[1, 7], [2, 7], [3, 7]], new() { NumberOfComponents = 1 })).Message);
        Assert.Contains("only 2 different rows", Assert.Throws<ArgumentException>(() => Fit([[1], [2], [1]], new() { NumberOfComponents = 3 })).Message);
        // The second dimension is twice the first.
        float[][] line = [[1, 2], [2, 4], [5, 10], [7, 14]];
        string message = Assert.Throws<ArgumentException>(() => Fit(line, new() { NumberOfComponents = 1, Regularization = 0 })).Message;
        Assert.Contains("component 0 is singular", message);
        Assert.Contains("Regularization (now 0)", message);
        Fit(line, new() { NumberOfComponents = 1 }).Dispose();
        Fit(line, new() { NumberOfComponents = 1, Regularization = 0, Covariance = CovarianceType.Diagonal }).Dispose();
        Assert.Contains("row 1 of column 'Latent'", Assert.Throws<InvalidDataException>(() => Fit([[1], [float.NaN]], new() { NumberOfComponents = 1 })).Message);
        Assert.Contains("no column 'Latent'", Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.GaussianMixture().Fit(ml.Images.MoonPhases(2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.Trainers.GaussianMixture(numberOfComponents: 0));
        Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.GaussianMixture(new GaussianMixtureTrainer.Options { InitialMeans = [[1]] }));
        Assert.Contains("component 0", Assert.Throws<ArgumentException>(() => new GaussianMixture([1], [[0, 0]], [new double[,] { { 1, 2 }, { 2, 1 } }])).Message);
        Assert.Throws<ArgumentException>(() => new GaussianMixture([0], [[0]], [new double[,] { { 1 } }]));
    }

    private GaussianMixtureTransformer Fit(float[][] rows, GaussianMixtureTrainer.Options options) => ml.Generative.Trainers.GaussianMixture(options).Fit(View(rows));

    private IDataView View(float[][] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Code));
        schema["Latent"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        return ml.Data.LoadFromEnumerable(rows.Select(row => new Code { Latent = row }).ToArray(), schema);
    }

    private static JsonElement Fixture() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Latent", "fixture", "mixture.json"))).RootElement;

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static float[][] Floats(JsonElement rows) => [.. rows.EnumerateArray().Select(row => Array.ConvertAll(Numbers(row), value => (float)value))];

    private static double[,] Square(double[] values)
    {
        int n = (int)Math.Sqrt(values.Length);
        double[,] square = new double[n, n];
        for (int i = 0; i < values.Length; i++)
            square[i / n, i % n] = values[i];
        return square;
    }

    private static void Same(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count(), actual.Count());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private sealed class Code
    {
        public float[] Latent { get; set; } = [];
    }
}
