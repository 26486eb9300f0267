using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Classification;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Classification;

public sealed class ClassificationReportTests : IDisposable
{
    private const double Close = 1e-6;

    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Label")]
    [InlineData("Key")]
    [InlineData("OneHot")]
    public void Figures_are_those_of_scikit_learn(string label)
    {
        ClassificationMetrics metrics = ml.MulticlassClassification.EvaluateReport(ml, ClassificationFixture.Rows(ml), new() { LabelColumnName = label }).Metrics;
        Assert.Equal(ClassificationFixture.Number("accuracy"), metrics.Accuracy, Close);
        Equal(ClassificationFixture.Numbers("accuracyInterval"), metrics.AccuracyInterval.Low, metrics.AccuracyInterval.High);
        Equal(ClassificationFixture.Numbers("topKErrors"), [.. metrics.TopKErrors]);
        Assert.Equal(ClassificationFixture.Number("logLoss"), metrics.LogLoss, Close);
        Equal(ClassificationFixture.Numbers("perClassLogLoss"), [.. metrics.Classes.Select(one => one.LogLoss)]);
        Equal(ClassificationFixture.Numbers("precision"), [.. metrics.Classes.Select(one => one.Precision)]);
        Equal(ClassificationFixture.Numbers("recall"), [.. metrics.Classes.Select(one => one.Recall)]);
        Equal(ClassificationFixture.Numbers("f1"), [.. metrics.Classes.Select(one => one.F1)]);
        Equal(ClassificationFixture.Numbers("support"), [.. metrics.Classes.Select(one => (double)one.Support)]);
        Equal(ClassificationFixture.Numbers("macro"), metrics.Macro.Precision, metrics.Macro.Recall, metrics.Macro.F1);
        Equal(ClassificationFixture.Numbers("weighted"), metrics.Weighted.Precision, metrics.Weighted.Recall, metrics.Weighted.F1);
        JsonElement[] intervals = [.. ClassificationFixture.Figure("intervals").EnumerateArray()];
        for (int i = 0; i < intervals.Length; i++)
            Equal([intervals[i][0].GetDouble(), intervals[i][1].GetDouble()], metrics.Classes[i].RecallInterval.Low, metrics.Classes[i].RecallInterval.High);
        Assert.Equal(
            ClassificationFixture.Figure("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetInt32()).ToArray()).ToArray(),
            metrics.Confusion.Select(row => row.ToArray()).ToArray());
    }

    [Fact]
    public void A_certain_and_right_answer_costs_nothing_and_no_less()
    {
        double loss = ScoredRow.Of(0, label: 1, [0, 1, 0]).Loss;
        Assert.Equal("0.000", loss.ToString("F3", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Calibration_error_and_its_bins_are_those_of_NumPy()
    {
        ClassificationMetrics metrics = ml.MulticlassClassification.EvaluateReport(ml, ClassificationFixture.Rows(ml)).Metrics;
        Assert.Equal(ClassificationFixture.Number("calibrationError"), metrics.ExpectedCalibrationError, Close);
        JsonElement[] bins = [.. ClassificationFixture.Figure("bins").EnumerateArray()];
        Assert.Equal(15, bins.Length);
        foreach ((JsonElement theirs, CalibrationBin ours) in bins.Zip(metrics.CalibrationBins))
        {
            Assert.Equal(theirs.GetProperty("count").GetInt32(), ours.Count);
            Assert.Equal(theirs.GetProperty("confidence").GetDouble(), ours.Confidence, Close);
            Assert.Equal(theirs.GetProperty("accuracy").GetDouble(), ours.Accuracy, Close);
        }
    }

    [Theory]
    [InlineData("Label")]
    [InlineData("Key")]
    public void ML_NETs_own_evaluation_agrees_with_scikit_learn(string label)
    {
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(ClassificationFixture.Rows(ml), label, topKPredictionCount: 5);
        Assert.Equal(ClassificationFixture.Number("accuracy"), metrics.MicroAccuracy, Close);
        Assert.Equal(ClassificationFixture.Number("macroAccuracy"), metrics.MacroAccuracy, Close);
        Assert.Equal(ClassificationFixture.Number("logLoss"), metrics.LogLoss, Close);
        Assert.Equal(ClassificationFixture.Number("logLossReduction"), metrics.LogLossReduction, Close);
        Equal(ClassificationFixture.Numbers("perClassLogLoss"), [.. metrics.PerClassLogLoss]);
        Equal([.. ClassificationFixture.Numbers("topKErrors").Take(5).Select(error => 1 - error)], [.. metrics.TopKAccuracyForAllK]);
        Assert.Equal(1 - ClassificationFixture.Numbers("topKErrors")[4], metrics.TopKAccuracy, Close);
        Equal(ClassificationFixture.Numbers("precision"), [.. metrics.ConfusionMatrix.PerClassPrecision]);
        Equal(ClassificationFixture.Numbers("recall"), [.. metrics.ConfusionMatrix.PerClassRecall]);
    }

    [Fact]
    public void The_cross_entropy_of_a_softmax_is_as_worked_out_by_hand()
    {
        // e² = 7.389, e^½ = 1.649, e^−3 = 0.0498: 7.389 / 9.088 = 0.813, and −ln 0.813 = 0.207.
        using Tensor probabilities = nn.functional.softmax(tensor(new[] { 2f, 0.5f, -3f }), 0);
        float[] scores = [.. probabilities.data<float>()];
        Assert.Equal([0.813, 0.181, 0.0055], scores.Select(score => (double)score), (one, other) => Math.Abs(one - other) < 5e-4);
        Assert.Equal(0.207, ScoredRow.Of(0, label: 0, scores).Loss, 5e-4);
    }

    [Theory]
    // By hand: 0.30, 0.25 and the first 0.15 rank before the label's 0.15, the later 0.10 and 0.05 after it.
    [InlineData(3, 3)]
    [InlineData(1, 0)]
    [InlineData(5, 5)]
    public void Of_equal_scores_the_first_class_ranks_first(int label, int rank)
    {
        float[] scores = [0.15f, 0.30f, 0.25f, 0.15f, 0.10f, 0.05f];
        ScoredRow row = ScoredRow.Of(0, label, scores);
        Assert.Equal((rank, 1), (row.Rank, row.Predicted));
        // Among the five largest of six is all but the last.
        Assert.Equal(label == 5 ? 1 : 0, ClassificationFigures.TopKErrors([row], 6)[4]);
        Assert.Equal(rank == 0 ? 0 : 1, ClassificationFigures.TopKErrors([row], 6)[0]);
    }

    [Fact]
    public void Rows_that_cannot_be_judged_are_counted_apart()
    {
        IDataView rows = Named(
            ("auk", [0.6f, 0.3f, 0.1f]),
            ("dodo", [0.6f, 0.3f, 0.1f]),
            ("", [0.6f, 0.3f, 0.1f]),
            ("owl", [float.NaN, 0.3f, 0.1f]),
            ("owl", [0.6f, 0.3f, 0.1f]),
            ("dodo", [0.6f, 0.3f, 0.1f]));
        ClassificationMetrics metrics = ml.MulticlassClassification.EvaluateReport(ml, rows).Metrics;
        Assert.Equal(["auk", "owl", "tit"], metrics.ClassNames);
        Assert.Equal((2, 1, 1), (metrics.RowCount, metrics.MissingLabelCount, metrics.NotFiniteCount));
        Assert.Equal(new Dictionary<string, int> { ["dodo"] = 2 }, metrics.UnseenLabels);
        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal(4, metrics.Worst[0].Row);
        Assert.Equal(("owl", "auk", "p4"), (metrics.Worst[0].Label, metrics.Worst[0].Predicted, metrics.Worst[0].Path));
        Assert.Equal(-Math.Log(0.3), metrics.Worst[0].Loss, Close);
    }

    [Fact]
    public void Nothing_to_judge_and_scores_that_are_no_probabilities_are_refused()
    {
        Assert.Contains("1 have labels that the model does not know ('dodo' (1); it knows auk, owl, tit)",
            Assert.Throws<ArgumentException>(() => Report(("dodo", [0.6f, 0.3f, 0.1f]))).Message);
        Assert.Contains("row 1 of column 'Score' has a score of -3",
            Assert.Throws<InvalidDataException>(() => Report(("auk", [0.6f, 0.3f, 0.1f]), ("auk", [0.7f, 0.5f, -3f]))).Message);
        Assert.Contains("no column 'Kind'", Assert.Throws<ArgumentException>(() => ml.MulticlassClassification.EvaluateReport(ml, ClassificationFixture.Rows(ml), new() { LabelColumnName = "Kind" })).Message);
        Assert.Contains("a classifier's scores are a vector", Assert.Throws<ArgumentException>(() => ml.MulticlassClassification.EvaluateReport(ml, ClassificationFixture.Rows(ml), new() { ScoreColumnName = "Label" })).Message);

        ClassificationReport Report(params (string, float[])[] rows) => ml.MulticlassClassification.EvaluateReport(ml, Named(rows));
    }

    [Fact]
    public void Saved_files_hold_the_figures_and_the_pictures()
    {
        IDataView moons = ml.Images.MoonPhases(20);
        string[] names = [.. moons.GetColumn<string>("Label").Distinct()];
        IDataView scored = ml.Transforms.CustomMapping<Moon, Scored>((moon, score) => score.Score = [.. names.Select(name => name == moon.Label ? 0.1f : 0.9f / (names.Length - 1))], null)
            .Append(ml.Transforms.Conversion.MapValueToKey("Key", "Label"))
            .Fit(moons).Transform(moons);
        ClassificationReport report = ml.MulticlassClassification.EvaluateReport(ml, scored, new() { WorstCount = 5, LabelColumnName = "Key", PathColumnName = "Label" });
        report.Save(folder, "Moons");
        Assert.Equal(5, report.WorstPictures.Count);
        Assert.Equal(names, report.Metrics.ClassNames);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "evaluation.json")));
        Assert.Equal(20, json.RootElement.GetProperty("rowCount").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Contains($"{Environment.NewLine}    [{string.Join(',', report.Metrics.Confusion[3])}],", File.ReadAllText(Path.Combine(folder, "evaluation.json")).ReplaceLineEndings());
        Assert.Equal(report.Metrics.Confusion.Select(row => row.ToArray()), json.RootElement.GetProperty("confusion").Deserialize<int[][]>()!);
        using (MLImage confusion = MLImage.CreateFromFile(Path.Combine(folder, "confusion.png")))
            Assert.True(confusion.Width > 8 * 10);
        using (MLImage worst = MLImage.CreateFromFile(Path.Combine(folder, "worst.png")))
            Assert.True(worst.Width > 5 * 64);
        XDocument page = XDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.html")).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        string[] headings = [.. page.Descendants("h2").Select(heading => heading.Value)];
        Assert.Equal(["Top-k error", "Reliability", "Confusion matrix", "Accuracy by class", "Worst-scored pictures", "Classes", "Commonest mistakes"], headings);
    }

    // 2,500 classes, 3 a cell: right ones, and a mistake between the first cell's class and the last's.
    [Fact]
    public void Confusion_of_very_many_classes_is_a_picture_of_bounded_size()
    {
        const int Classes = 2500;
        int[][] counts = [.. Enumerable.Range(0, Classes).Select(_ => new int[Classes])];
        for (int i = 0; i < Classes; i++)
            counts[i][i] = 1;
        (counts[1][1], counts[1][Classes - 1]) = (0, 1);
        Picture picture = ConfusionPicture.Draw([.. Enumerable.Range(0, Classes).Select(i => $"{i}")], counts);
        Assert.InRange(picture.Width, 834, 2048);
        Assert.Equal(picture.Width, picture.Height);
        // The cell of 834 whose right lower corner is a pixel and a margin of 10 before the picture's.
        int last = picture.Width - 12, first = last - (2 * 834) + 2;
        (byte R, byte B) At(int x, int y) => (picture.Pixels[((y * picture.Width) + x) * 3], picture.Pixels[(((y * picture.Width) + x) * 3) + 2]);
        Assert.True(At(last, last).B > At(last, last).R);
        Assert.True(At(last, first).R > At(last, first).B);
        Assert.True(At(first, first).B > At(first, first).R);
        Assert.Equal((255, 255), At(first, last));
    }

    private IDataView Named(params (string Label, float[] Scores)[] rows)
    {
        IDataView view = ml.Data.LoadFromEnumerable(rows.Select((row, i) => new { row.Label, Path = $"p{i}", auk = row.Scores[0], owl = row.Scores[1], tit = row.Scores[2] }));
        return ml.Transforms.Concatenate("Score", "auk", "owl", "tit").Fit(view).Transform(view);
    }

    private static void Equal(double[] expected, params double[] actual) => Assert.Equal(expected, actual, (one, other) => Math.Abs(one - other) < Close);

    private sealed class Moon
    {
        public string Label { get; set; } = "";
    }

    private sealed class Scored
    {
        [VectorType(8)]
        public float[] Score { get; set; } = [];
    }
}
