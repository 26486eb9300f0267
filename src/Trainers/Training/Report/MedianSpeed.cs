namespace MLNetGen;

/// <summary>The speed that a report tells of a run: one slow epoch, beside other work, does not change it.</summary>
internal static class MedianSpeed
{
    /// <summary>The middle one, of an even number the faster of the two; 0 where there is none.</summary>
    public static double Of(IEnumerable<double> speeds)
    {
        double[] sorted = [.. speeds.Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
