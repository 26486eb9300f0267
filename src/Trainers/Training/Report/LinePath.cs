namespace MLNetGen;

/// <summary>The points of a line that the eye can tell apart.</summary>
internal static class LinePath
{
    /// <summary>The most points drawn for one segment; a plot is about a thousand pixels wide.</summary>
    public const int MostPoints = 2000;

    /// <summary>
    /// Long runs keep the first, the last and each bucket's lowest and highest point, in their order,
    /// so that spikes survive where every n-th point would lose them.
    /// </summary>
    public static IReadOnlyList<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints)
            return points;
        int buckets = (MostPoints - 2) / 2;
        var kept = new List<(double X, double Y)>(MostPoints) { points[0] };
        int inner = points.Count - 2;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            int start = 1 + (int)((long)inner * bucket / buckets);
            int end = 1 + (int)((long)inner * (bucket + 1) / buckets);
            int lowest = start, highest = start;
            for (int i = start + 1; i < end; i++)
            {
                if (points[i].Y < points[lowest].Y)
                    lowest = i;
                if (points[i].Y > points[highest].Y)
                    highest = i;
            }
            kept.Add(points[Math.Min(lowest, highest)]);
            if (lowest != highest)
                kept.Add(points[Math.Max(lowest, highest)]);
        }
        kept.Add(points[^1]);
        return kept;
    }
}
