using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Evaluation;

public sealed class FeatureEvaluationTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView View(double[][] rows, bool single = false)
    {
        SchemaDefinition definition = SchemaDefinition.Create(single ? typeof(SingleRow) : typeof(DoubleRow));
        definition["Features"].ColumnType = new VectorDataViewType(single ? NumberDataViewType.Single : NumberDataViewType.Double, rows[0].Length);
        return single
            ? ml.Data.LoadFromEnumerable(rows.Select(row => new SingleRow { Features = Array.ConvertAll(row, x => (float)x) }), definition)
            : ml.Data.LoadFromEnumerable(rows.Select(row => new DoubleRow { Features = row }), definition);
    }

    [Theory]
    [InlineData(false, 1e-9)]
    [InlineData(true, 1e-5)]
    public void Every_metric_is_what_NumPy_computed_by_the_definitions(bool single, double tolerance)
    {
        FeatureFixture fixture = FeatureFixture.Read();
        GenerativeMetrics metrics = ml.Generative.Evaluate(View(fixture.Real, single), View(fixture.Generated, single), "Features");
        Assert.Equal(fixture.Metrics["frechetDistance"], metrics.FrechetDistance, fixture.Metrics["frechetDistance"] * tolerance);
        Assert.Equal(fixture.Metrics["precision"], metrics.Precision, 1e-12);
        Assert.Equal(fixture.Metrics["recall"], metrics.Recall, 1e-12);
        Assert.Equal(fixture.Metrics["density"], metrics.Density, 1e-12);
        Assert.Equal(fixture.Metrics["coverage"], metrics.Coverage, 1e-12);
        // All rows at once there, subsets here: unbiased both.
        Assert.InRange(Math.Abs(fixture.Metrics["kernelDistance"] - metrics.KernelDistance), 0, 0.5 * metrics.KernelDistanceStandardError);
        using TorchSharp.torch.Tensor a = Gaussians.AsTensor(fixture.Real), b = Gaussians.AsTensor(fixture.Generated);
        Assert.Equal(fixture.Metrics["kernelDistance"], MLNetGen.Evaluation.KernelDistance.Squared(a, b), 1e-8);
        Assert.Equal((120, 100, 6, "column 'Features'"), (metrics.RealCount, metrics.GeneratedCount, metrics.FeatureCount, metrics.Features));
    }

    [Fact]
    public void The_same_rows_are_at_no_distance()
    {
        IDataView rows = View(Gaussians.Rows(50, 4, seed: 1));
        Assert.InRange(ml.Generative.Evaluate(rows, rows, "Features").FrechetDistance, 0, 1e-9);
    }

    [Fact]
    public void The_same_rows_give_the_same_figures_again()
    {
        IDataView real = View(Gaussians.Rows(40, 3, seed: 1)), generated = View(Gaussians.Rows(30, 3, seed: 2));
        Assert.Equal(ml.Generative.Evaluate(real, generated, "Features"), ml.Generative.Evaluate(real, generated, "Features"));
    }

    [Theory]
    [InlineData(99, 120, 50, true, true)]
    [InlineData(120, 99, 49, false, true)]
    [InlineData(100, 120, 50, false, false)]
    [InlineData(100, 120, 51, true, false)]
    public void Figures_of_too_few_rows_say_so_and_one_warning_names_all(int real, int generated, int features, bool isFrechetGreyed, bool areNeighboursGreyed)
    {
        List<string> warnings = [];
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        GenerativeMetrics metrics = ml.Generative.Evaluate(View(Gaussians.Rows(real, features, seed: 1)), View(Gaussians.Rows(generated, features, seed: 2)), "Features");
        Assert.Equal((isFrechetGreyed, areNeighboursGreyed), (metrics.FrechetDistanceCaveat is not null, metrics.NeighbourCaveat is not null));
        Assert.Equal(isFrechetGreyed || areNeighboursGreyed ? 1 : 0, warnings.Count);
        Assert.All(metrics.Caveats, caveat => Assert.Contains(caveat, warnings[0], StringComparison.Ordinal));
        // A column has no file, and nothing is known of where it is from.
        Assert.Equal((null, null), (metrics.FeaturesHash, metrics.FeaturesCaveat));
    }

    [Fact]
    public void Too_few_rows_are_refused() => Assert.Contains(
        "there are 5 generated rows, and the nearest neighbours need at least 6",
        Assert.Throws<ArgumentException>(() => ml.Generative.Evaluate(View(Gaussians.Rows(9, 2, 1)), View(Gaussians.Rows(5, 2, 1)), "Features")).Message);

    [Fact]
    public void Features_of_two_sizes_are_refused() => Assert.Contains(
        "there are 2 features in the real rows and 3 in the generated ones",
        Assert.Throws<ArgumentException>(() => ml.Generative.Evaluate(View(Gaussians.Rows(9, 2, 1)), View(Gaussians.Rows(9, 3, 1)), "Features")).Message);

    [Fact]
    public void A_feature_that_is_no_number_is_named()
    {
        double[][] rows = Gaussians.Rows(9, 3, seed: 1);
        rows[4][2] = double.NaN;
        Assert.Contains("row 4 of column 'Features' of the generated rows has the value NaN in slot 2", Assert.Throws<InvalidDataException>(
            () => ml.Generative.Evaluate(View(Gaussians.Rows(9, 3, 1)), View(rows), "Features")).Message);
    }

    [Fact]
    public void A_column_of_another_type_is_refused()
    {
        IDataView text = ml.Data.LoadFromEnumerable([new { Features = "a" }]);
        Assert.Contains("column 'Features' of the real rows is String; features are a vector",
            Assert.Throws<ArgumentException>(() => ml.Generative.Evaluate(text, text, "Features")).Message);
        Assert.Contains("the rows have no column 'Other'; they have 'Features'",
            Assert.Throws<ArgumentException>(() => ml.Generative.Evaluate(text, text, "Other")).Message);
    }

    private sealed class DoubleRow
    {
        public double[] Features { get; set; } = [];
    }

    private sealed class SingleRow
    {
        public float[] Features { get; set; } = [];
    }
}
