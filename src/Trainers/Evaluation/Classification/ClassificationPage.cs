using System.Globalization;

namespace MLNetGen.Classification;

/// <summary>A classifier's figures as parts of a page.</summary>
internal static class ClassificationPage
{
    public static void AddTo(HtmlReport page, ClassificationMetrics metrics, string confusionPath, string? worstPath)
    {
        if (LeftOut(metrics) is { } note)
            page.Note(note);
        page.Figures(
        [
            ("Top-1 accuracy", Percent.Of(metrics.Accuracy), $"{Percent.Of(metrics.AccuracyInterval.Low)} to {Percent.Of(metrics.AccuracyInterval.High)} with 95 % confidence"),
            .. metrics.TopKErrors.Count > 5 ? [("Top-5 accuracy", Percent.Of(1 - metrics.TopKErrors[4]), "the label is among the five largest scores")] : ((string, string, string?)[])[],
            ("Macro F1", Percent.Of(metrics.Macro.F1), "every class counts the same"),
            ("Log-loss", metrics.LogLoss.ToString("F3", CultureInfo.InvariantCulture), "nats; lower is better"),
            ("Calibration error", Percent.Of(metrics.ExpectedCalibrationError), $"{metrics.CalibrationBins.Count} bins; 0 % is a model that knows how sure to be"),
        ]);
        page.Chart("Top-k error", "k", "% of rows", new ChartSeries("label not among the k largest scores", [.. metrics.TopKErrors.Select((error, i) => (i + 1.0, error * 100))]));
        page.Drawing("Reliability", $"Blue: share of right predictions, light where the scores were too low for it; orange: where they were too high. Expected calibration error {Percent.Of(metrics.ExpectedCalibrationError)}.",
            width => ReliabilityChart.ToSvg(metrics, width));
        Confusion(page, metrics, confusionPath);
        AddAccuracies(page, metrics);
        if (worstPath is not null)
            page.Picture("Worst-scored pictures", "Those whose own class got the smallest probability: what each was taken for, how surely, and what it is.", worstPath);
        page.Table("Classes", ["class", "rows", "precision", "recall", "95 % interval", "F1", "log-loss"], [.. metrics.Classes.Select(Cells)]);
        if (metrics.MostConfused.Count > 0)
            page.Table("Commonest mistakes", ["label", "taken for", "rows", "share of the label's rows"],
                [.. metrics.MostConfused.Select(one => (IReadOnlyList<string>)[one.Label, one.Predicted, Whole(one.Count), Percent.Of(one.Share)])]);
    }

    /// <summary>What is in no figure, or null where all rows are.</summary>
    public static string? LeftOut(ClassificationMetrics metrics)
    {
        List<string> lines = [];
        if (metrics.UnseenLabels.Count > 0)
            lines.Add($"{Whole(metrics.UnseenLabels.Values.Sum())} rows have labels that the model does not know: {string.Join(", ", metrics.UnseenLabels.Take(10).Select(pair => $"{pair.Key} ({Whole(pair.Value)})"))}{(metrics.UnseenLabels.Count > 10 ? " and others" : "")}.");
        if (metrics.MissingLabelCount > 0)
            lines.Add($"{Whole(metrics.MissingLabelCount)} rows have no label.");
        if (metrics.NotFiniteCount > 0)
            lines.Add($"{Whole(metrics.NotFiniteCount)} rows have scores that are not finite numbers.");
        return lines.Count == 0 ? null : string.Join("\n", [.. lines, "They are in no figure."]);
    }

    private static void Confusion(HtmlReport page, ClassificationMetrics metrics, string path)
    {
        const string Caption = "A row a label, a column a prediction; as dark as the square root of the row's share, and never fainter than shows. Blue: right; orange: mistakes.";
        if (metrics.ClassNames.Count <= ConfusionChart.MaxClasses)
            page.Diagram("Confusion matrix", Caption, ConfusionChart.ToSvg(metrics.ClassNames, metrics.Confusion));
        else
            page.Picture("Confusion matrix", Caption, path);
    }

    private static void AddAccuracies(HtmlReport page, ClassificationMetrics metrics)
    {
        int classes = metrics.Classes.Count(one => one.Support > 0);
        page.Drawing("Accuracy by class", "Bands: 95 % intervals (Wilson); dashed: all pictures." + (classes > ClassAccuracyChart.MaxClasses ? $" The best and the worst {ClassAccuracyChart.MaxClasses / 2} of {classes} classes." : ""),
            width => ClassAccuracyChart.ToSvg(metrics, width));
    }

    private static IReadOnlyList<string> Cells(ClassMetrics one) => one.Support == 0
        ? [one.Name, "0", "–", "–", "–", "–", "–"]
        :
        [
            one.Name, Whole(one.Support), Percent.Of(one.Precision), Percent.Of(one.Recall), $"{Percent.Of(one.RecallInterval.Low)} – {Percent.Of(one.RecallInterval.High)}",
            Percent.Of(one.F1), one.LogLoss.ToString("F3", CultureInfo.InvariantCulture),
        ];

    private static string Whole(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A share as people read it.</summary>
internal static class Percent
{
    public static string Of(double share, int decimals = 1) => share.ToString(decimals == 0 ? "P0" : "P1", CultureInfo.InvariantCulture);
}
