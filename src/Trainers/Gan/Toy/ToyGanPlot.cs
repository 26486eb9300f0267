using System.Globalization;

namespace MLNetGen.Gan.Toy;

/// <summary>
/// A frame as Goodfellow et al. 2014 draw it in figure 1: data dotted, generated density in green, D dashed in blue, and
/// arrows from z, uniform, to x = G(z).
/// </summary>
internal static class ToyGanPlot
{
    private const int Width = 720, Height = 520, LatentRow = 490, LandingRow = 424;

    // How far the z axis is drawn from the sides.
    private const double LatentInset = 150;
    private const int Arrows = 21;

    private static readonly PlotArea Plot = new(60, 84, 700, 384, ToyGan1D.Axis[0], ToyGan1D.Axis[^1], 0, 1);
    private static readonly (byte, byte, byte) Ink = (40, 40, 48), Faint = (222, 222, 228), Green = (22, 150, 84), Blue = (48, 96, 208), Grey = (150, 150, 160);

    public static Picture Draw(ToyGanFrame frame)
    {
        using Canvas canvas = new(Width, Height);
        Axes(canvas);
        (int top, int bottom) = ((int)Plot.Top, (int)Plot.Bottom);
        (double, double)[] density = Curve(frame.Density);
        canvas.Area(density, Plot.Bottom, Green, 0.14, top);
        canvas.Line(density, Green, 3, top: top, bottom: bottom);
        canvas.Line(Curve([.. ToyGan1D.Axis.Select(x => ToyGan1D.NormalDensity(x, ToyGan1D.DataMean, ToyGan1D.DataDeviation))]), Ink, 2.6, (2.6, 5), top, bottom);
        canvas.Line(Curve(frame.Discriminator), Blue, 2.4, (11, 6), top, bottom);
        Mapping(canvas, frame.Generated);
        Legend(canvas);
        canvas.Text($"Step: {frame.Step}", 20, 16, Ink, size: Canvas.LargeText);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"generated: mean {frame.Mean:F2}, deviation {frame.Deviation:F2}"), Width - 20, 16, Green, anchor: 1, size: Canvas.LargeText);
        return canvas.ToPicture();
    }

    private static void Axes(Canvas canvas)
    {
        foreach (double y in (double[])[0.25, 0.5, 0.75, 1])
            canvas.Line([(Plot.Left, Plot.Y(y)), (Plot.Right, Plot.Y(y))], Faint, 1);
        foreach (double y in (double[])[0, 0.5, 1])
            canvas.Text(y.ToString("0.0", CultureInfo.InvariantCulture), Plot.Left - 10, (int)Plot.Y(y) - 7, Ink, anchor: 1, size: Canvas.LargeText);
        for (double x = Plot.MinX; x <= Plot.MaxX; x++)
        {
            canvas.Line([(Plot.X(x), Plot.Bottom), (Plot.X(x), Plot.Bottom + 5)], Ink, 1);
            canvas.Text(x.ToString("0", CultureInfo.InvariantCulture), Plot.X(x), (int)Plot.Bottom + 10, Ink, anchor: 0.5, size: Canvas.LargeText);
        }
        canvas.Line([(Plot.Left, Plot.Top), (Plot.Left, Plot.Bottom), (Plot.Right, Plot.Bottom)], Ink, 1.6);
    }

    private static void Legend(Canvas canvas)
    {
        const int Row = 50, Sample = 34, Middle = Row + 7;
        canvas.Line([(60, Middle), (60 + Sample, Middle)], Ink, 2.6, (2.6, 5));
        canvas.Text("data N(4, 0.5)", 104, Row, Ink, size: Canvas.LargeText);
        canvas.Line([(288, Middle), (288 + Sample, Middle)], Green, 3);
        canvas.Text("generated", 332, Row, Green, size: Canvas.LargeText);
        canvas.Line([(464, Middle), (464 + Sample, Middle)], Blue, 2.4, (11, 6));
        canvas.Text("discriminator D(x)", 508, Row, Blue, size: Canvas.LargeText);
    }

    // Each z, evenly spread, to where the generator puts it.
    private static void Mapping(Canvas canvas, IReadOnlyList<double> generated)
    {
        canvas.Line([(Plot.Left, LandingRow), (Plot.Right, LandingRow)], Ink, 1.2);
        canvas.Text("x", Plot.Left - 16, LandingRow - 11, Ink, anchor: 1, size: Canvas.LargeText);
        canvas.Line([(LatentX(0), LatentRow), (LatentX(1), LatentRow)], Ink, 1.2);
        canvas.Text("z", Plot.Left - 16, LatentRow - 11, Ink, anchor: 1, size: Canvas.LargeText);
        canvas.Text("−1", LatentX(0), LatentRow + 8, Ink, anchor: 0.5, size: Canvas.LargeText);
        canvas.Text("1", LatentX(1), LatentRow + 8, Ink, anchor: 0.5, size: Canvas.LargeText);
        for (int arrow = 0; arrow < Arrows; arrow++)
        {
            double part = arrow / (Arrows - 1.0);
            double x = generated[(int)Math.Round(part * (generated.Count - 1))];
            if (x < Plot.MinX || x > Plot.MaxX)
                continue;
            (double X, double Y) from = (LatentX(part), LatentRow), to = (Plot.X(x), LandingRow + 1);
            canvas.Line([from, to], Grey, 1.3);
            double angle = Math.Atan2(to.Y - from.Y, to.X - from.X);
            canvas.Line([Barb(to, angle + 2.7), to, Barb(to, angle - 2.7)], Grey, 1.3);
        }
    }

    private static (double X, double Y) Barb((double X, double Y) tip, double angle) => (tip.X + 7 * Math.Cos(angle), tip.Y + 7 * Math.Sin(angle));

    private static double LatentX(double part) => Plot.Left + LatentInset + part * (Plot.Right - Plot.Left - 2 * LatentInset);

    // Beyond the top a curve is cut off, not pressed flat.
    private static (double X, double Y)[] Curve(IReadOnlyList<double> values) =>
        [.. ToyGan1D.Axis.Zip(values, (x, y) => (Plot.X(x), Plot.Bottom - (Plot.Bottom - Plot.Top) * y))];
}
