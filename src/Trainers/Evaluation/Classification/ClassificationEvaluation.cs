using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Classification;

namespace MLNetGen;

/// <summary>Puts <c>EvaluateReport</c> beside ML.NET's own <c>Evaluate</c>.</summary>
public static class ClassificationEvaluation
{
    private const string Source = "EvaluateReport";

    /// <summary>Judges scored rows by their labels, in more ways than <c>Evaluate</c>, and with pictures.</summary>
    /// <remarks>
    /// The view is read once for the figures, and once more for the pictures of the worst rows alone. What is left out, and why, is in
    /// the figures and in the log. Works on any classifier's output: nothing of how the scores were made matters.
    /// </remarks>
    /// <param name="catalog">ML.NET's multiclass tasks.</param>
    /// <param name="context">The context: nothing public leads from the catalog to it.</param>
    /// <param name="scored">What a classifier's <c>Transform</c> gave.</param>
    /// <param name="options">Columns and sizes; null: the default ones.</param>
    /// <exception cref="ArgumentException">A column is absent or of another type, or no row has a label that is one of the classes.</exception>
    /// <exception cref="InvalidDataException">A score is not a probability, a label's vector is not one-hot, or a picture cannot be read.</exception>
    public static ClassificationReport EvaluateReport(
        this MulticlassClassificationCatalog catalog, MLContext context, IDataView scored, ClassificationReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scored);
        options ??= new();
        options.Validate();
        ScoredRows read = ScoredRows.Read(scored, options);
        Warn(context, read, options);
        if (read.Rows.Count == 0)
            throw new ArgumentException(NothingToJudge(read, options));

        int[] worst = [.. Enumerable.Range(0, read.Rows.Count).OrderByDescending(i => read.Rows[i].Loss).Take(options.WorstCount)];
        ClassificationMetrics metrics = ClassificationFigures.Of(read.Rows, read.Classes.Names, options.CalibrationBins) with
        {
            Worst = [.. worst.Select(i => Describe(read, i))],
            UnseenLabels = read.UnseenLabels,
            MissingLabelCount = read.MissingLabelCount,
            NotFiniteCount = read.NotFiniteCount,
        };
        bool hasPictures = scored.Schema.GetColumnOrNull(options.ImageColumnName)?.Type is ImageDataViewType;
        return new(metrics, hasPictures ? ChosenPictures.Read(scored, options.ImageColumnName, [.. metrics.Worst.Select(row => row.Row)], options.CancellationToken) : []);
    }

    private static ScoredPicture Describe(ScoredRows read, int i)
    {
        ScoredRow row = read.Rows[i];
        return new(row.Row, i < read.Paths.Count ? read.Paths[i] : null, read.Classes.Names[row.Label], row.LabelProbability, read.Classes.Names[row.Predicted], row.Confidence, row.Loss);
    }

    private static void Warn(MLContext context, ScoredRows read, ClassificationReportOptions options)
    {
        if (read.UnseenLabels.Count > 0)
            HostLog.Warning(context, Source, $"{read.UnseenLabels.Values.Sum():N0} rows have labels that no class of the model has, and are in no figure: {Unseen(read)}.");
        if (read.MissingLabelCount > 0)
            HostLog.Warning(context, Source, $"{read.MissingLabelCount:N0} rows have no label in column '{options.LabelColumnName}', and are in no figure.");
        if (read.NotFiniteCount > 0)
            HostLog.Warning(context, Source, $"{read.NotFiniteCount:N0} rows have scores that are not finite numbers, and are in no figure: the model may have diverged.");
    }

    private static string NothingToJudge(ScoredRows read, ClassificationReportOptions options) =>
        read.UnseenLabels.Count + read.MissingLabelCount + read.NotFiniteCount == 0
            ? "there are no rows to judge: give at least one."
            : $"no row of column '{options.LabelColumnName}' can be judged: {string.Create(CultureInfo.InvariantCulture, $"{read.UnseenLabels.Values.Sum():N0} have labels that the model does not know ({Unseen(read)}; it knows {Few(read.Classes.Names)}), {read.MissingLabelCount:N0} have none, {read.NotFiniteCount:N0} have scores that are not numbers")}.";

    private static string Unseen(ScoredRows read) => Few([.. read.UnseenLabels.Select(pair => $"'{pair.Key}' ({pair.Value:N0})")]);

    private static string Few(IReadOnlyList<string> names) => string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5:N0} more" : "");
}
