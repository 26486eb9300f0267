namespace MLNetGen.Classification;

/// <summary>All figures of scored rows.</summary>
internal static class ClassificationFigures
{
    private const int MaxK = 10;
    private const int MaxConfused = 10;

    /// <param name="rows">At least one.</param>
    /// <param name="names">The classes.</param>
    /// <param name="bins">Bins of the calibration error.</param>
    public static ClassificationMetrics Of(IReadOnlyList<ScoredRow> rows, IReadOnlyList<string> names, int bins)
    {
        int[][] confusion = Confusion(rows, names.Count);
        ClassMetrics[] classes = Classes(rows, confusion, names);
        CalibrationBin[] calibration = Calibration.Bins(rows, bins);
        int right = rows.Count(row => row.IsCorrect);
        return new ClassificationMetrics
        {
            ClassNames = names,
            RowCount = rows.Count,
            Accuracy = (double)right / rows.Count,
            AccuracyInterval = ConfidenceInterval.Wilson(right, rows.Count),
            TopKErrors = TopKErrors(rows, Math.Min(MaxK, names.Count)),
            LogLoss = rows.Average(row => row.Loss),
            Macro = Average(classes, one => one.Support > 0 ? 1 : 0),
            Weighted = Average(classes, one => one.Support),
            ExpectedCalibrationError = Calibration.ExpectedError(calibration),
            CalibrationBins = calibration,
            Classes = classes,
            Confusion = confusion,
            MostConfused = Commonest(confusion, names),
        };
    }

    /// <summary>[k − 1]: the share of rows whose label ranks k-th or later.</summary>
    public static double[] TopKErrors(IReadOnlyList<ScoredRow> rows, int count) =>
        [.. Enumerable.Range(1, count).Select(k => (double)rows.Count(row => row.Rank >= k) / rows.Count)];

    private static int[][] Confusion(IReadOnlyList<ScoredRow> rows, int classes)
    {
        int[][] counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (ScoredRow row in rows)
            counts[row.Label][row.Predicted]++;
        return counts;
    }

    private static ClassMetrics[] Classes(IReadOnlyList<ScoredRow> rows, int[][] confusion, IReadOnlyList<string> names)
    {
        double[] losses = new double[names.Count];
        int[] predicted = new int[names.Count];
        foreach (ScoredRow row in rows)
        {
            losses[row.Label] += row.Loss;
            predicted[row.Predicted]++;
        }
        return [.. names.Select((name, i) =>
        {
            int support = confusion[i].Sum();
            return new ClassMetrics { Name = name, Support = support, Predicted = predicted[i], Correct = confusion[i][i], LogLoss = support == 0 ? 0 : losses[i] / support };
        })];
    }

    private static ClassAverages Average(ClassMetrics[] classes, Func<ClassMetrics, double> weight)
    {
        double total = classes.Sum(weight);
        return new(Mean(one => one.Precision), Mean(one => one.Recall), Mean(one => one.F1));

        double Mean(Func<ClassMetrics, double> figure) => classes.Sum(one => weight(one) * figure(one)) / total;
    }

    private static ClassConfusion[] Commonest(int[][] confusion, IReadOnlyList<string> names) =>
    [
        .. confusion.SelectMany((row, i) => row.Select((count, j) => (i, j, count)))
            .Where(cell => cell.i != cell.j && cell.count > 0)
            .OrderByDescending(cell => cell.count)
            .Take(MaxConfused)
            .Select(cell => new ClassConfusion(names[cell.i], names[cell.j], cell.count, (double)cell.count / confusion[cell.i].Sum())),
    ];
}

/// <summary>How sure against how right: Guo et al. 2017, arXiv:1706.04599, section 2.</summary>
internal static class Calibration
{
    public static CalibrationBin[] Bins(IReadOnlyList<ScoredRow> rows, int bins)
    {
        int[] counts = new int[bins], right = new int[bins];
        double[] sums = new double[bins];
        foreach (ScoredRow row in rows)
        {
            int bin = Math.Clamp((int)Math.Ceiling((double)row.Confidence * bins) - 1, 0, bins - 1);
            counts[bin]++;
            sums[bin] += row.Confidence;
            right[bin] += row.IsCorrect ? 1 : 0;
        }
        return [.. counts.Select((count, i) => new CalibrationBin((double)i / bins, (i + 1.0) / bins, count, count == 0 ? 0 : sums[i] / count, count == 0 ? 0 : (double)right[i] / count))];
    }

    public static double ExpectedError(IReadOnlyList<CalibrationBin> bins) =>
        bins.Sum(bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence)) / bins.Sum(bin => bin.Count);
}
