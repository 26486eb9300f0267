using System.Globalization;
using System.Text;

namespace MLNetGen;

/// <summary>A line chart as inline SVG; its colours and text sizes come from <see cref="PageStyle"/>.</summary>
internal sealed class LineChart(string title, string xLabel, string yLabel, IReadOnlyList<ChartSeries> series)
{
    // Room for text of the larger size that narrow columns get.
    private const double CharacterWidth = 8.4;
    private const double LabelSpacing = 16;

    // From here on a thick line would smear neighbouring points into a band.
    private const int DenseLine = 500;

    // Of the largest values, what is left out of the range where it would ruin it: one in so many, and one at least.
    private const int OneSpikeIn = 50, FewestForSpikes = 10;

    // A spike is this many times as far from the others as they are from each other.
    private const double SpikeFactor = 3;

    private readonly double[] _values = [.. series.SelectMany(one => one.Points).Where(ChartSeries.IsDrawn).Select(point => point.Y).Order()];

    /// <summary>Whether the values span a power of ten and more, all above 0.</summary>
    public bool HasLogarithm => _values.Length > 1 && _values[0] > 0 && _values[^1] >= 10 * _values[0];

    /// <summary>How many colours there are; further series repeat them with dashes.</summary>
    public const int ColorCount = 6;

    /// <summary>"s1" to "s6", and "dash" from the second round on.</summary>
    public static string SeriesClass(int index) =>
        Html.Invariant($"s{index % ColorCount + 1}{(index < ColorCount ? "" : " dash")}");

    public string Legend()
    {
        var html = new StringBuilder("<ul class=\"legend\">");
        for (int i = 0; i < series.Count; i++)
            html.Append(CultureInfo.InvariantCulture, $"<li><i class=\"{SeriesClass(i)}\"></i>{Html.Escape(series[i].Name)}</li>");
        return html.Append("</ul>\n").ToString();
    }

    /// <summary>The chart, <paramref name="width"/> by <paramref name="height"/> units (pixels at full size); its values upwards as they are, or by their logarithm.</summary>
    public string ToSvg(int width, int height, string cssClass, bool logarithm = false)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot {cssClass}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Escape(Summary())}\">\n");
        var points = series.SelectMany(s => s.Points).Where(ChartSeries.IsDrawn).ToList();
        if (points.Count == 0)
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"none\" x=\"{width / 2}\" y=\"{height / 2}\">no finite values</text>\n");
        else
            AppendPlot(svg, width, height, points, logarithm);
        return svg.Append("</svg>\n").ToString();
    }

    private void AppendPlot(StringBuilder svg, int width, int height, List<(double X, double Y)> points, bool logarithm)
    {
        double minX = points.Min(p => p.X), maxX = points.Max(p => p.X);
        double top = logarithm ? _values[^1] : TopWithoutSpikes();
        var yTicks = logarithm ? AxisTicks.CoverByFactors(_values[0], top) : AxisTicks.Cover(_values[0], top, 5);
        var xTicks = AxisTicks.Cover(minX, maxX, width / 90, points.All(p => p.X == Math.Round(p.X)));
        // Lines span the whole width; only a single x value is shown amid its ticks.
        if (minX == maxX)
            (minX, maxX) = (xTicks.Min, xTicks.Max);

        double left = yTicks.Values.Max(t => yTicks.Label(t).Length) * CharacterWidth + 10;
        double right = width - Ends().Max(e => e.Label.Length) * CharacterWidth - 14;
        var area = new PlotArea(left, 34, right, height - 48, minX, maxX, yTicks.Min, yTicks.Max, logarithm);

        AppendAxes(svg, area, xTicks, yTicks, height);
        for (int i = 0; i < series.Count; i++)
            AppendLine(svg, area, i);
        AppendEndLabels(svg, area);
        ChartTooltips.Append(svg, area, xLabel, series);
    }

    // Where the chart ends: a few values far above all others are drawn at its upper edge. What a line begins with is none of them: training begins badly.
    private double TopWithoutSpikes()
    {
        if (_values.Length < FewestForSpikes)
            return _values[^1];
        double[] later = [.. series.SelectMany(one => one.Points.Where(ChartSeries.IsDrawn).Skip(1)).Select(point => point.Y).Order()];
        int spikes = Math.Max(1, later.Length / OneSpikeIn);
        double usual = later[^(spikes + 1)];
        double first = series.Select(one => one.Points.FirstOrDefault(ChartSeries.IsDrawn)).Max(point => point.Y);
        return later[^1] - usual > SpikeFactor * (usual - later[0]) && first <= usual ? usual : _values[^1];
    }

    private void AppendAxes(StringBuilder svg, PlotArea area, AxisTicks xTicks, AxisTicks yTicks, int height)
    {
        svg.Append("<g class=\"axes\">");
        foreach (double tick in yTicks.Values)
        {
            double y = area.Y(tick);
            string line = tick == yTicks.Min ? "base" : "grid";
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{line}\" d=\"M{area.Left:0.##} {y:0.##}H{area.Right:0.##}\"/><text class=\"y\" x=\"{area.Left - 8:0.##}\" y=\"{y:0.##}\">{yTicks.Label(tick)}</text>");
        }
        foreach (double tick in xTicks.Values.Where(t => t >= area.MinX && t <= area.MaxX))
        {
            double x = area.X(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"base\" d=\"M{x:0.##} {area.Bottom:0.##}v5\"/><text class=\"x\" x=\"{x:0.##}\" y=\"{area.Bottom + 20:0.##}\">{xTicks.Label(tick)}</text>");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"unit\" x=\"0\" y=\"15\">{Html.Escape(_values[^1] > yTicks.Max ? $"{yLabel}{(yLabel.Length == 0 ? "" : "; ")}some beyond, up to {Html.Value(_values[^1])}" : yLabel)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"unit x\" x=\"{(area.Left + area.Right) / 2:0.##}\" y=\"{height - 7}\">{Html.Escape(xLabel)}</text></g>\n");
    }

    private void AppendLine(StringBuilder svg, PlotArea area, int index)
    {
        foreach (var segment in series[index].Segments())
        {
            if (segment.Count == 1)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{SeriesClass(index)}\" cx=\"{area.X(segment[0].X):0.##}\" cy=\"{area.Y(segment[0].Y):0.##}\" r=\"4\"/>\n");
                continue;
            }
            string dense = segment.Count > DenseLine ? "dense " : "";
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {dense}{SeriesClass(index)}\" d=\"");
            char command = 'M';
            foreach (var (x, y) in LinePath.Thin(segment))
            {
                svg.Append(CultureInfo.InvariantCulture, $"{command}{area.X(x):0.##} {area.Y(y):0.##}");
                command = 'L';
            }
            svg.Append("\"/>\n");
        }
    }

    private void AppendEndLabels(StringBuilder svg, PlotArea area)
    {
        var ends = Ends().OrderBy(e => area.Y(e.Point.Y)).ToList();
        var heights = Apart([.. ends.Select(e => area.Y(e.Point.Y))], area.Bottom);
        for (int i = 0; i < ends.Count; i++)
        {
            var (index, point, label) = ends[i];
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"end {SeriesClass(index)}\" cx=\"{area.X(point.X):0.##}\" cy=\"{area.Y(point.Y):0.##}\" r=\"4\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"end {SeriesClass(index)}\" x=\"{area.X(point.X) + 9:0.##}\" y=\"{heights[i]:0.##}\">{label}</text>\n");
        }
    }

    private List<(int Index, (double X, double Y) Point, string Label)> Ends() =>
        [.. from i in Enumerable.Range(0, series.Count)
            where series[i].Points.Any(ChartSeries.IsDrawn)
            let last = series[i].Points.Last(ChartSeries.IsDrawn)
            select (i, last, Html.Value(last.Y))];

    // Pushes labels down until they no longer overlap, then the lowest ones back up into the plot.
    private static double[] Apart(double[] heights, double bottom)
    {
        for (int i = 1; i < heights.Length; i++)
            heights[i] = Math.Max(heights[i], heights[i - 1] + LabelSpacing);
        double limit = bottom;
        for (int i = heights.Length - 1; i >= 0; i--, limit -= LabelSpacing)
            heights[i] = Math.Min(heights[i], limit);
        return heights;
    }

    private string Summary() =>
        $"{title}, {yLabel} by {xLabel}. Last values: {string.Join(", ", Ends().Select(e => $"{series[e.Index].Name} {e.Label}"))}.";
}

/// <summary>The points of a line that the eye can tell apart.</summary>
internal static class LinePath
{
    /// <summary>The most points drawn for one segment; a plot is about a thousand pixels wide.</summary>
    public const int MaxPoints = 2000;

    /// <summary>
    /// Long runs keep the first, the last and each bucket's lowest and highest point, in their order,
    /// so that spikes survive where every n-th point would lose them.
    /// </summary>
    public static IReadOnlyList<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MaxPoints)
            return points;
        int buckets = (MaxPoints - 2) / 2;
        var kept = new List<(double X, double Y)>(MaxPoints) { points[0] };
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

/// <summary>A chart's rectangle for data, in the SVG's units, and the way from data to it.</summary>
internal sealed record PlotArea(
    double Left, double Top, double Right, double Bottom, double MinX, double MaxX, double MinY, double MaxY, bool IsLogarithm = false)
{
    // Halved first: the difference of two huge values of opposite sign would overflow.
    public double X(double value) =>
        Left + (Right - Left) * Math.Clamp((value / 2 - MinX / 2) / (MaxX / 2 - MinX / 2), 0, 1);

    public double Y(double value) =>
        Bottom - (Bottom - Top) * Math.Clamp(IsLogarithm ? (Math.Log(value) - Math.Log(MinY)) / (Math.Log(MaxY) - Math.Log(MinY)) : (value / 2 - MinY / 2) / (MaxY / 2 - MinY / 2), 0, 1);
}
