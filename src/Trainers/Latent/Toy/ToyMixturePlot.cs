using System.Globalization;

namespace MLNetGen.Latent.Toy;

/// <summary>A step of <see cref="ToyGaussianMixture"/> as a picture.</summary>
internal static class ToyMixturePlot
{
    private const int Width = 720, Height = 440, Points = 400, Bins = 72;

    private static readonly PlotArea Plot = new(60, 84, 700, 384, -7, 9, 0, 0.4);
    private static readonly (byte, byte, byte) Ink = (40, 40, 48), Faint = (222, 222, 228), Green = (22, 150, 84), Grey = (176, 176, 186);
    private static readonly (byte, byte, byte)[] Colors = [(48, 96, 208), (214, 96, 32), (140, 60, 160)];

    public static Picture Draw(GaussianMixtureStep step, IReadOnlyList<float> data)
    {
        using Canvas canvas = new(Width, Height);
        Axes(canvas);
        Histogram(canvas, data);
        GaussianMixture mixture = step.Mixture;
        for (int k = 0; k < mixture.Weights.Count; k++)
        {
            int part = k;
            (double, double)[] curve = Curve(x => Math.Exp(mixture.LogDensity([(float)x])) * mixture.Responsibilities([(float)x])[part]);
            canvas.Area(curve, Plot.Bottom, Colors[k % Colors.Length], 0.18, (int)Plot.Top);
            canvas.Line(curve, Colors[k % Colors.Length], 2, top: (int)Plot.Top, bottom: (int)Plot.Bottom);
        }
        canvas.Line(Curve(x => Math.Exp(mixture.LogDensity([(float)x]))), Green, 3, top: (int)Plot.Top, bottom: (int)Plot.Bottom);
        canvas.Line(Curve(x => Math.Exp(ToyGaussianMixture.Truth.LogDensity([(float)x]))), Ink, 2.6, (2.6, 5), (int)Plot.Top, (int)Plot.Bottom);
        canvas.Text($"Step: {step.Step}", 20, 16, Ink, size: Canvas.LargeText);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"log p(x): {step.LogLikelihood:F3} nats"), Width - 20, 16, Green, anchor: 1, size: Canvas.LargeText);
        Legend(canvas);
        return canvas.ToPicture();
    }

    private static void Axes(Canvas canvas)
    {
        foreach (double y in (double[])[0.1, 0.2, 0.3, 0.4])
            canvas.Line([(Plot.Left, Plot.Y(y)), (Plot.Right, Plot.Y(y))], Faint, 1);
        foreach (double y in (double[])[0, 0.2, 0.4])
            canvas.Text(y.ToString("0.0", CultureInfo.InvariantCulture), Plot.Left - 10, (int)Plot.Y(y) - 7, Ink, anchor: 1, size: Canvas.LargeText);
        for (double x = -6; x <= 8; x += 2)
            canvas.Text(x.ToString("0", CultureInfo.InvariantCulture).Replace('-', '−'), Plot.X(x), (int)Plot.Bottom + 10, Ink, anchor: 0.5, size: Canvas.LargeText);
        canvas.Line([(Plot.Left, Plot.Top), (Plot.Left, Plot.Bottom), (Plot.Right, Plot.Bottom)], Ink, 1.6);
    }

    private static void Histogram(Canvas canvas, IReadOnlyList<float> data)
    {
        double width = (Plot.MaxX - Plot.MinX) / Bins;
        foreach (IGrouping<int, float> bin in data.GroupBy(x => (int)Math.Floor((x - Plot.MinX) / width)).Where(bin => bin.Key is >= 0 and < Bins))
        {
            (int left, int right) = ((int)Plot.X(Plot.MinX + (bin.Key * width)), (int)Plot.X(Plot.MinX + ((bin.Key + 1) * width)));
            int top = (int)Plot.Y(bin.Count() / (data.Count * width));
            canvas.Fill(left, top, right - left - 1, (int)Plot.Bottom - top, Faint);
        }
    }

    private static void Legend(Canvas canvas)
    {
        const int Row = 50, Sample = 34, Middle = Row + 7;
        canvas.Fill(60, Row, Sample, 14, Faint);
        canvas.Text("data", 104, Row, Grey, size: Canvas.LargeText);
        canvas.Line([(176, Middle), (176 + Sample, Middle)], Ink, 2.6, (2.6, 5));
        canvas.Text("drawn from", 220, Row, Ink, size: Canvas.LargeText);
        canvas.Line([(350, Middle), (350 + Sample, Middle)], Green, 3);
        canvas.Text("mixture", 394, Row, Green, size: Canvas.LargeText);
        canvas.Line([(494, Middle), (494 + Sample, Middle)], Colors[0], 2);
        canvas.Text("components", 538, Row, Colors[0], size: Canvas.LargeText);
    }

    // Beyond the top a curve is cut off, not pressed flat.
    private static (double X, double Y)[] Curve(Func<double, double> value) =>
        [.. Enumerable.Range(0, Points + 1).Select(i => Plot.MinX + (Plot.MaxX - Plot.MinX) * i / Points)
            .Select(x => (Plot.X(x), Plot.Bottom - (Plot.Bottom - Plot.Top) * value(x) / Plot.MaxY))];
}
