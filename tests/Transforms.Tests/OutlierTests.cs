using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class OutlierTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 3)]
    [InlineData(0.9, 8.2)]
    [InlineData(1, 10)]
    public void The_threshold_is_the_quantile_by_hand(double quantile, double expected)
    {
        // Sorted 1, 2, 4, 10 at places 0 to 3; 0.9 is place 2.7.
        Assert.Equal(expected, ml.Generative.DetectOutliers("Error", quantile).Fit(View(10, 1, 4, 2)).Threshold, 1e-6);
    }

    [Fact]
    public void Rows_above_the_threshold_are_outliers_whatever_the_columns_shape()
    {
        foreach (string column in (string[])["Error", "Vector"])
        {
            OutlierTransformer outliers = ml.Generative.DetectOutliers(column, 1).Fit(View(1, 2, 3));
            IDataView called = outliers.Transform(View(2, 3, 3.5f, float.NaN, 100));
            Assert.Equal([2, 3, 3.5f, float.NaN, 100], called.GetColumn<float>("Score"));
            Assert.Equal([false, false, true, true, true], called.GetColumn<bool>("PredictedLabel"));
        }
    }

    [Fact]
    public void Low_values_can_be_the_unusual_ones()
    {
        OutlierTransformer outliers = ml.Generative.DetectOutliers("Error", 1, lowIsUnusual: true).Fit(View(-1, -5, -3));
        Assert.Equal(5, outliers.Threshold);
        IDataView called = outliers.Transform(View(-6, -4));
        Assert.Equal([6, 4], called.GetColumn<float>("Score"));
        Assert.Equal([true, false], called.GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void MLNet_evaluates_what_it_calls()
    {
        IDataView called = ml.Generative.DetectOutliers("Error", 0.75).Fit(View(1, 2, 3, 4, 5)).Transform(View(1, 5, 3, 9, 8, 2));
        // Outliers are the rows with 9, 8 and 3: of 9 pairs of one with a usual row (1, 5, 2), 8 are in order. With one false alarm, all but the 3 are found.
        float[] labels = [0, 0, 1, 1, 1, 0];
        float[] scores = [.. called.GetColumn<float>("Score")];
        bool[] predicted = [.. called.GetColumn<bool>("PredictedLabel")];
        IDataView judged = ml.Data.LoadFromEnumerable(scores.Select((score, i) => new Judged { Label = labels[i], Score = score, PredictedLabel = predicted[i] }));
        AnomalyDetectionMetrics metrics = ml.AnomalyDetection.Evaluate(judged, falsePositiveCount: 1);
        Assert.Equal(8.0 / 9, metrics.AreaUnderRocCurve, 1e-6);
        Assert.Equal([false, true, false, true, true, false], predicted);
    }

    [Fact]
    public void The_shape_told_before_fitting_is_the_schema_after_it_and_single_rows_are_called_too()
    {
        IDataView rows = View(1, 2, 3);
        OutlierEstimator estimator = ml.Generative.DetectOutliers("Vector");
        OutlierTransformer outliers = estimator.Fit(rows);
        Assert.Equal(
            SchemaShapes.Of(ml, outliers.Transform(rows).Schema).Select(c => (c.Name, c.Kind, c.ItemType.RawType)).Order(),
            estimator.GetOutputSchema(SchemaShapes.Of(ml, rows.Schema)).Select(c => (c.Name, c.Kind, c.ItemType.RawType)).Order());
        using PredictionEngine<Row, Judged> engine = ml.Model.CreatePredictionEngine<Row, Judged>(outliers, ignoreMissingColumns: true);
        Assert.True(engine.Predict(new Row { Vector = [7] }).PredictedLabel);
        Assert.False(engine.Predict(new Row { Vector = [2] }).PredictedLabel);
    }

    [Fact]
    public void What_cannot_be_judged_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.DetectOutliers(quantile: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.DetectOutliers(quantile: 1.01));
        Assert.Contains("'ReconstructionError'", Assert.Throws<ArgumentException>(() => ml.Generative.DetectOutliers().Fit(View(1))).Message);
        Assert.Contains("vector of one", Assert.Throws<ArgumentException>(() => ml.Generative.DetectOutliers("Two").Fit(View(1))).Message);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => ml.Generative.DetectOutliers("Error").Fit(View())).Message);
        Assert.Contains("Row 1", Assert.Throws<InvalidDataException>(() => ml.Generative.DetectOutliers("Error").Fit(View(1, float.NaN))).Message);
        OutlierTransformer outliers = ml.Generative.DetectOutliers("Error").Fit(View(1, 2));
        Assert.Contains("Threshold", Assert.Throws<NotSupportedException>(() => ml.Model.Save(outliers, View(1).Schema, new MemoryStream())).Message);
    }

    private IDataView View(params float[] values) => ml.Data.LoadFromEnumerable(values.Select(value => new Row { Error = value, Vector = [value], Two = [value, value] }).ToArray());

    private sealed class Row
    {
        public float Error { get; set; }

        [VectorType(1)]
        public float[] Vector { get; set; } = [];

        [VectorType(2)]
        public float[] Two { get; set; } = [0, 0];
    }

    private sealed class Judged
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
