using System.Globalization;
using System.Text.Json;
using MLNetGen.Classification;

namespace MLNetGen;

/// <summary>A classifier's figures, drawn and written.</summary>
public sealed class ClassificationReport
{
    internal const string JsonFile = "evaluation.json", PageFile = "report.html", ConfusionFile = "confusion.png", WorstFile = "worst.png";

    internal ClassificationReport(ClassificationMetrics metrics, IReadOnlyList<Picture> worstPictures)
    {
        Metrics = metrics;
        WorstPictures = worstPictures;
    }

    /// <summary>The figures.</summary>
    public ClassificationMetrics Metrics { get; }

    /// <summary>The pictures of <see cref="ClassificationMetrics.Worst"/>, at most 512 pixels wide and high; none where there is no column of pictures.</summary>
    public IReadOnlyList<Picture> WorstPictures { get; }

    /// <summary>
    /// The confusion matrix: a row a label, a column a prediction, as dark as the square root of the row's share, right ones blue and
    /// mistakes orange; with counts up to 40 classes, and names up to 160;
    /// beyond 1,000 neighbouring classes share a cell, so that it is never larger than some 2,000 pixels.
    /// </summary>
    public Picture DrawConfusion() => ConfusionPicture.Draw(Metrics.ClassNames, Metrics.Confusion);

    /// <summary>The worst-scored pictures, each with its label and what it was taken for; null where there are none.</summary>
    public Picture? DrawWorst() => WorstPictures.Count == 0 ? null : WorstSheet.Draw(WorstPictures, Metrics.Worst);

    /// <summary>Writes <c>evaluation.json</c>, <c>confusion.png</c>, <c>worst.png</c> where there are pictures, and <c>report.html</c>, which holds all of them.</summary>
    /// <param name="folder">Made if missing; files of these names are replaced, each whole or not at all.</param>
    /// <param name="title">The page's heading.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder, string title = "Evaluation")
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(title);
        Directory.CreateDirectory(folder);
        HtmlReport page = new(title, string.Create(CultureInfo.InvariantCulture, $"{Metrics.RowCount:N0} rows, {Metrics.ClassNames.Count:N0} classes"));
        AddTo(page, folder);
        SafeFile.WriteAllText(Path.Combine(folder, PageFile), page.ToHtml());
    }

    /// <summary>The headline figures on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"top-1 {Percent.Of(Metrics.Accuracy)} ({Percent.Of(Metrics.AccuracyInterval.Low)} to {Percent.Of(Metrics.AccuracyInterval.High)}), {Top(5)}macro F1 {Percent.Of(Metrics.Macro.F1)}, log-loss {Metrics.LogLoss:F3}, calibration error {Percent.Of(Metrics.ExpectedCalibrationError)}; {Metrics.RowCount:N0} rows");

    /// <summary>The figures as <c>evaluation.json</c> has them.</summary>
    public string ToJson() => JsonSerializer.Serialize(Metrics, RunJson.Options);

    /// <summary>Writes <c>evaluation.json</c> and the pictures into a folder, and puts all into a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="folder">It is there; files of the same names are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void AddTo(HtmlReport page, string folder)
    {
        ArgumentNullException.ThrowIfNull(page);
        SafeFile.WriteAllText(Path.Combine(folder, JsonFile), ToJson());
        string confusion = Path.Combine(folder, ConfusionFile), worst = Path.Combine(folder, WorstFile);
        DrawConfusion().Save(confusion);
        DrawWorst()?.Save(worst);
        ClassificationPage.AddTo(page, Metrics, confusion, WorstPictures.Count > 0 ? worst : null);
    }

    /// <summary>What <c>metrics.json</c> has of them.</summary>
    /// <param name="withTop5">Whether top-5 is among them, where there are so many classes.</param>
    internal object ToFigures(bool withTop5 = false) => new
    {
        Top1 = Metrics.Accuracy,
        Top5 = withTop5 && Metrics.TopKErrors.Count >= 5 ? 1 - Metrics.TopKErrors[4] : (double?)null,
        Metrics.LogLoss,
        MacroF1 = Metrics.Macro.F1,
        Metrics.ExpectedCalibrationError,
        Rows = Metrics.RowCount,
    };

    private string Top(int k) => Metrics.TopKErrors.Count > k ? string.Create(CultureInfo.InvariantCulture, $"top-{k} {Percent.Of(1 - Metrics.TopKErrors[k - 1])}, ") : "";
}

/// <summary>One row's prediction beside its label.</summary>
/// <param name="Row">Its number among all rows, from 0.</param>
/// <param name="Path">Its file, where there is a column that says so.</param>
/// <param name="Label">What it is.</param>
/// <param name="LabelProbability">What the model gives that, 0 to 1.</param>
/// <param name="Predicted">What the model takes it for.</param>
/// <param name="PredictedProbability">How sure it is, 0 to 1.</param>
/// <param name="Loss">−log of <paramref name="LabelProbability"/>, nats.</param>
public sealed record ScoredPicture(int Row, string? Path, string Label, double LabelProbability, string Predicted, double PredictedProbability, double Loss);
