namespace MLNetGen;

/// <summary>A named line of a <see cref="LineChart"/>, its points in drawing order.</summary>
/// <remarks>A point whose X or Y is NaN, infinite or beyond ±1e300 is a gap in the line.</remarks>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    public static bool IsDrawn((double X, double Y) point) =>
        Math.Abs(point.X) <= AxisTicks.Largest && Math.Abs(point.Y) <= AxisTicks.Largest;

    /// <summary>The unbroken runs of drawn points.</summary>
    public IEnumerable<IReadOnlyList<(double X, double Y)>> Segments()
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
