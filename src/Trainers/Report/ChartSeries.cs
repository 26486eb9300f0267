namespace MLNetGen;

/// <summary>A line of a chart of <see cref="HtmlReport"/>.</summary>
/// <remarks>A point whose X or Y is NaN, infinite or beyond ±1e300 is a gap in the line.</remarks>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">In drawing order.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
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
