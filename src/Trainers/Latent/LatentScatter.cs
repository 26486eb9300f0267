namespace MLNetGen.Latent;

/// <summary>Points in the plane, coloured by their labels.</summary>
internal static class LatentScatter
{
    private const int Plot = 560, Left = 64, Top = 20, Bottom = 56, WidestName = 160, LegendLine = 24;

    private static readonly (byte, byte, byte) Ink = (40, 40, 48), Faint = (228, 228, 233);

    public static Picture Draw(IReadOnlyList<(double X, double Y)> points, IReadOnlyList<string> labels, string xTitle, string yTitle)
    {
        LabelColors colors = new(labels);
        string[] names = [.. colors.Legend.Select(entry => Canvas.Shorten(NameOf(entry.Name), WidestName, Canvas.LargeText))];
        int legend = names.Length == 0 ? 0 : 30 + (int)names.Max(name => Canvas.WidthOf(name, Canvas.LargeText));
        using Canvas canvas = new(Left + Plot + 24 + legend, Top + Plot + Bottom);
        AxisTicks xTicks = AxisTicks.Cover(points.Min(p => p.X), points.Max(p => p.X), 6), yTicks = AxisTicks.Cover(points.Min(p => p.Y), points.Max(p => p.Y), 6);
        PlotArea area = new(Left, Top, Left + Plot, Top + Plot, xTicks.Min, xTicks.Max, yTicks.Min, yTicks.Max);
        Axes(canvas, area, xTicks, yTicks, xTitle, yTitle);

        // Many points are small and let others through.
        (double radius, double opacity) = points.Count > 2000 ? (2, 0.5) : (3.2, 0.75);
        for (int i = 0; i < points.Count; i++)
            canvas.Dot(area.X(points[i].X), area.Y(points[i].Y), radius, colors.Of(labels[i]), opacity);
        for (int i = 0; i < names.Length; i++)
        {
            (int x, int y) = (Left + Plot + 30, Top + 8 + (i * LegendLine));
            canvas.Dot(x, y + 6, 6, colors.Legend[i].Color);
            canvas.Text(names[i], x + 14, y, Ink, size: Canvas.LargeText);
        }
        return canvas.ToPicture();
    }

    /// <summary>A label as people read it.</summary>
    public static string NameOf(string label) => label.Length > 0 ? label : "no label";

    private static void Axes(Canvas canvas, PlotArea area, AxisTicks xTicks, AxisTicks yTicks, string xTitle, string yTitle)
    {
        foreach (double x in xTicks.Values)
        {
            canvas.Line([(area.X(x), area.Top), (area.X(x), area.Bottom)], Faint, 1);
            canvas.Text(xTicks.Label(x), area.X(x), area.Bottom + 8, Ink, anchor: 0.5);
        }
        foreach (double y in yTicks.Values)
        {
            canvas.Line([(area.Left, area.Y(y)), (area.Right, area.Y(y))], Faint, 1);
            canvas.Text(yTicks.Label(y), area.Left - 8, area.Y(y) - 4, Ink, anchor: 1);
        }
        canvas.Text(xTitle, (area.Left + area.Right) / 2, area.Bottom + 30, Ink, anchor: 0.5, size: Canvas.LargeText);
        canvas.TextUpwards(yTitle, 8, (area.Top + area.Bottom) / 2, Ink, anchor: 0.5, size: Canvas.LargeText);
    }
}
