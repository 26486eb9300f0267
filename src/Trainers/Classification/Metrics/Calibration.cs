namespace MLNetGen.Classification;

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
