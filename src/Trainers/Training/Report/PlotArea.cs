namespace MLNetGen;

/// <summary>A chart's rectangle for data, in the SVG's units, and the way from data to it.</summary>
internal sealed record PlotArea(
    double Left, double Top, double Right, double Bottom, double MinX, double MaxX, double MinY, double MaxY)
{
    // Halved first: the difference of two huge values of opposite sign would overflow.
    public double X(double value) =>
        Left + (Right - Left) * Math.Clamp((value / 2 - MinX / 2) / (MaxX / 2 - MinX / 2), 0, 1);

    public double Y(double value) =>
        Bottom - (Bottom - Top) * Math.Clamp((value / 2 - MinY / 2) / (MaxY / 2 - MinY / 2), 0, 1);
}
