namespace MLNetGen;

/// <summary>A line of a chart of <see cref="HtmlReport"/>.</summary>
/// <remarks>A point whose X or Y is NaN, infinite or beyond ±1e300 is a gap in the line.</remarks>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">In drawing order.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    // More points than a chart is wide show no more.
    private const int MostPoints = 400;

    /// <summary>A line through many points: each drawn one is the mean of some neighbours.</summary>
    internal static ChartSeries Averaged<T>(string name, IReadOnlyList<T> rows, Func<T, double> x, Func<T, double> y)
    {
        int bin = (rows.Count + MostPoints - 1) / MostPoints;
        return new(name, [.. rows.Chunk(Math.Max(bin, 1)).Select(some => (some.Average(x), some.Average(y)))]);
    }

    internal static bool IsDrawn((double X, double Y) point) =>
        Math.Abs(point.X) <= AxisTicks.Largest && Math.Abs(point.Y) <= AxisTicks.Largest;

    /// <summary>The unbroken runs of drawn points.</summary>
    internal IEnumerable<IReadOnlyList<(double X, double Y)>> Segments()
    {
        var segment = new List<(double X, double Y)>();
        foreach (var point in Points)
        {
            if (IsDrawn(point))
            {
                segment.Add(point);
            }
            else if (segment.Count > 0)
            {
                yield return segment;
                segment = [];
            }
        }
        if (segment.Count > 0)
            yield return segment;
    }
}
