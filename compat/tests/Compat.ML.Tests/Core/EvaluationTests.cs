using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class EvaluationTests
{
    private readonly MLContext ml = new(seed: 1);

    private static readonly Scored[] FourRows =
    [
        new() { Label = 0, Score = [0.7f, 0.2f, 0.1f] },
        new() { Label = 1, Score = [0.5f, 0.3f, 0.2f] },
        new() { Label = 2, Score = [0.1f, 0.1f, 0.8f] },
        new() { Label = 2, Score = [0.4f, 0.4f, 0.2f] },
    ];

    private MulticlassClassificationMetrics Evaluate(Scored[] rows, int topK = 0) =>
        ml.MulticlassClassification.Evaluate(ml.Data.LoadFromEnumerable(rows), topKPredictionCount: topK);

    [Fact]
    public void Metrics_follow_their_definitions()
    {
        MulticlassClassificationMetrics metrics = Evaluate(FourRows, topK: 3);
        Assert.Equal(0.5, metrics.MicroAccuracy);
        Assert.Equal((1 + 0 + 0.5) / 3, metrics.MacroAccuracy, 12);
        double loss = -(Math.Log(0.7f) + Math.Log(0.3f) + Math.Log(0.8f) + Math.Log(0.2f)) / 4;
        Assert.Equal(loss, metrics.LogLoss, 6);
        double entropy = -((2 * 0.25 * Math.Log(0.25)) + (0.5 * Math.Log(0.5)));
        Assert.Equal((entropy - loss) / entropy, metrics.LogLossReduction, 6);
        Assert.Equal([0.5, 0.75, 1], metrics.TopKAccuracyForAllK);
        Assert.Equal(1, metrics.TopKAccuracy);
        Assert.Equal(-(Math.Log(0.8f) + Math.Log(0.2f)) / 2, metrics.PerClassLogLoss[2], 6);
    }

    // The last rank is that of labels which the scores do not know.
    [Fact]
    public void Top_k_may_be_one_more_than_the_classes_and_no_larger()
    {
        MulticlassClassificationMetrics metrics = Evaluate([.. FourRows, new() { Label = 7, Score = [1, 0, 0] }], topK: 4);
        Assert.Equal([0.4, 0.6, 0.8, 1], metrics.TopKAccuracyForAllK, (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Throws<IndexOutOfRangeException>(() => Evaluate(FourRows, topK: 5));
    }

    [Fact]
    public void Confusion_matrix_has_actual_classes_as_rows()
    {
        ConfusionMatrix matrix = Evaluate(FourRows).ConfusionMatrix;
        Assert.Equal([[1.0, 0, 0], [1, 0, 0], [1, 0, 1]], matrix.Counts);
        Assert.Equal(1, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 2));
        Assert.Equal([1, 0, 0.5], matrix.PerClassRecall);
        Assert.Equal([1.0 / 3, 0, 1], matrix.PerClassPrecision);
    }

    [Fact]
    public void First_of_equal_scores_ranks_first()
    {
        Assert.Equal(1, Evaluate([new() { Label = 0, Score = [0.5f, 0.5f, 0] }]).MicroAccuracy);
        Assert.Equal(0, Evaluate([new() { Label = 1, Score = [0.5f, 0.5f, 0] }]).MicroAccuracy);
    }

    [Fact]
    public void Rows_without_a_label_or_finite_scores_do_not_count()
    {
        MulticlassClassificationMetrics metrics = Evaluate(
        [
            .. FourRows,
            new() { Label = float.NaN, Score = [1, 0, 0] },
            new() { Label = -1, Score = [1, 0, 0] },
            new() { Label = 0, Score = [float.NaN, 0, 0] },
        ]);
        Assert.Equal(0.5, metrics.MicroAccuracy);
    }

    [Fact]
    public void Key_labels_meet_scores_by_index()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Keyed));
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Keyed { Label = 0 }, new Keyed { Label = 2 } }, definition);
        Assert.Equal(0.5, ml.MulticlassClassification.Evaluate(data).MicroAccuracy);
    }

    [Fact]
    public void Columns_of_other_types_or_none_are_refused()
    {
        IDataView data = ml.Data.LoadFromEnumerable(FourRows);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Evaluate(data, labelColumnName: "Nothing"));
        Assert.Contains("Could not find Label column 'Nothing'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Evaluate(data, predictedLabelColumnName: "Nothing"));
        error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Evaluate(data, scoreColumnName: "Label"));
        Assert.Contains("vector of two or more items of type Single", error.Message, StringComparison.Ordinal);
    }

    private sealed class Scored
    {
        public float Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }

    private sealed class Keyed
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [0.9f, 0.05f, 0.05f];

        public uint PredictedLabel { get; set; }
    }
}
