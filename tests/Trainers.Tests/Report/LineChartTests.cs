using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLNetGen.Tests;

public partial class LineChartTests
{
    private const int Width = 490;
    private const int Height = 300;

    [Fact]
    public void Lines_stay_inside_the_plot_and_keep_the_order_of_their_values()
    {
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            double scale = Math.Pow(10, random.Next(-30, 30));
            var points = Enumerable.Range(1, 40).Select(x => ((double)x, (random.NextDouble() - 0.5) * scale)).ToArray();
            var svg = Chart(new ChartSeries("a", points));
            var hit = svg.Descendants("rect").Where(r => Class(r) == "hit").ToList();
            double left = hit.Min(r => Number(r, "x")), right = hit.Max(r => Number(r, "x") + Number(r, "width"));
            double top = Number(hit[0], "y"), bottom = top + Number(hit[0], "height");
            Assert.True(left >= 0 && top >= 0 && right <= Width && bottom <= Height);

            var line = Points(Assert.Single(Lines(svg)));
            Assert.Equal(points.Length, line.Count);
            Assert.All(line, p =>
            {
                Assert.InRange(p.X, left - 0.01, right + 0.01);
                Assert.InRange(p.Y, top - 0.01, bottom + 0.01);
            });
            for (int a = 1; a < line.Count; a++)
            {
                Assert.True(line[a].X > line[a - 1].X);
                double drawn = line[a].Y - line[a - 1].Y, real = points[a].Item2 - points[a - 1].Item2;
                Assert.True(Math.Abs(drawn) < 0.02 || Math.Sign(drawn) == -Math.Sign(real), "a larger value lies higher");
            }
        }
    }

    [Fact]
    public void Values_that_are_not_finite_are_gaps_and_single_points_dots()
    {
        double[] values = [5, 4, double.NaN, 3, double.PositiveInfinity, 2, 1, double.NegativeInfinity];
        var svg = Chart(new ChartSeries("a", [.. values.Select((y, x) => ((double)x, y))]));

        Assert.Equal([2, 2], Lines(svg).Select(l => Points(l).Count));
        Assert.Single(svg.Elements("circle"), c => Class(c) == "s1");
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_of_one_point_is_a_dot_with_its_value()
    {
        var svg = Chart(new ChartSeries("a", [(1, 102.44)]));
        Assert.Empty(Lines(svg));
        Assert.Single(svg.Elements("circle"), c => Class(c) == "s1");
        Assert.Equal("102.4", EndLabels(svg).Single().Value);
    }

    [Fact]
    public void A_chart_without_finite_values_says_so() =>
        Assert.Equal("no finite values", Chart(new ChartSeries("a", [(1, double.NaN)])).Value.Trim());

    [Fact]
    public void A_chart_without_series_says_so() => Assert.Equal("no finite values", Chart().Value.Trim());

    [Fact]
    public void Huge_values_do_not_overflow()
    {
        var svg = Chart(new ChartSeries("a", [(1, 1e300), (2, -1e300), (3, double.MaxValue)]));
        var line = Points(Assert.Single(Lines(svg)));
        Assert.Equal(2, line.Count);
        Assert.True(line[0].Y < line[1].Y);
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void End_labels_hold_the_last_values_and_do_not_overlap()
    {
        var svg = Chart([.. Enumerable.Range(0, 8).Select(i => new ChartSeries($"s{i}", [(0, i), (1, 3 + i * 0.001)]))]);
        var labels = EndLabels(svg).OrderBy(l => Number(l, "y")).ToList();
        Assert.Equal(["3.007", "3.006", "3.005", "3.004", "3.003", "3.002", "3.001", "3"], labels.Select(l => l.Value));
        for (int i = 1; i < labels.Count; i++)
            Assert.True(Number(labels[i], "y") - Number(labels[i - 1], "y") >= 15);
        Assert.All(labels, l => Assert.InRange(Number(l, "y"), 0, Height));
    }

    [Fact]
    public void A_long_run_is_thinned_but_keeps_its_spike_and_its_ends()
    {
        var points = Enumerable.Range(0, 100_000).Select(x => ((double)x, x == 77_777 ? 9.0 : Math.Sin(x))).ToArray();
        var thin = LinePath.Thin(points);
        Assert.InRange(thin.Count, 100, LinePath.MaxPoints);
        Assert.Contains((77_777, 9.0), thin);
        Assert.Equal(points[0], thin[0]);
        Assert.Equal(points[^1], thin[^1]);
        Assert.Equal(thin.OrderBy(p => p.X), thin);
    }

    [Fact]
    public void Tooltips_show_each_value_of_their_place()
    {
        var svg = Chart(new ChartSeries("train", [(1, 10), (2, 20.5)]), new ChartSeries("test", [(2, 30)]));
        var tips = svg.Elements("g").Where(g => Class(g) == "at")
            .Select(g => string.Join(' ', g.Descendants("text").Select(t => t.Value))).ToList();
        Assert.Equal(["epoch 1 train 10", "epoch 2 train 20.50 test 30"], tips);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(0, false)]
    public void A_spike_is_drawn_at_the_edge_and_told_and_a_bad_beginning_is_drawn_whole(int place, bool isSpike)
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(x => x == place ? 1000.0 : 2 + Math.Sin(x))];
        var svg = Chart(new ChartSeries("a", [.. values.Select((y, x) => ((double)x, y))]));
        var line = Points(Assert.Single(Lines(svg)));
        double highest = line.Min(point => point.Y);
        Assert.Equal(highest, line[place].Y);
        // Whether the others are to be told apart.
        double others = line.Where((_, x) => x != place).Max(point => point.Y) - line.Where((_, x) => x != place).Min(point => point.Y);
        Assert.Equal(isSpike, others > Height / 3);
        Assert.Equal(isSpike ? "nats; some beyond, up to 1,000" : "nats", svg.Descendants("text").First(text => Class(text) == "unit").Value);
    }

    [Fact]
    public void By_logarithm_equal_factors_are_equal_distances()
    {
        var svg = XElement.Parse(new LineChart("Loss", "epoch", "nats", [new("a", [(1, 0.3), (2, 30), (3, 3), (4, 3000)])]).ToSvg(Width, Height, "", logarithm: true));
        double[] heights = [.. Points(Assert.Single(Lines(svg))).Select(point => point.Y)];
        double factor10 = heights[2] - heights[1];
        Assert.True(factor10 > 20);
        Assert.Equal(2 * factor10, heights[0] - heights[1], 0.05);
        Assert.Equal(3 * factor10, heights[2] - heights[3], 0.05);
        Assert.Equal(["0.1", "1", "10", "100", "1,000", "10,000"], svg.Descendants("text").Where(text => Class(text) == "y").Select(text => text.Value));
    }

    [Theory]
    [InlineData(1, 9.9, false)]
    [InlineData(1, 10, true)]
    [InlineData(0, 10, false)]
    [InlineData(-1, 10, false)]
    [InlineData(1e-300, 1e300, true)]
    public void Values_above_0_that_span_a_power_of_ten_have_a_logarithm(double low, double high, bool expected)
    {
        LineChart chart = new("Loss", "epoch", "nats", [new("a", [(1, low), (2, high)])]);
        Assert.Equal(expected, chart.HasLogarithm);
        if (expected)
            Assert.DoesNotContain("NaN", chart.ToSvg(Width, Height, "", logarithm: true), StringComparison.Ordinal);
    }

    private static XElement Chart(params ChartSeries[] series) =>
        XElement.Parse(new LineChart("Loss", "epoch", "nats", series).ToSvg(Width, Height, ""));

    private static IEnumerable<XElement> Lines(XElement svg) =>
        svg.Elements("path").Where(p => Class(p).StartsWith("line ", StringComparison.Ordinal));

    private static IEnumerable<XElement> EndLabels(XElement svg) =>
        svg.Elements("text").Where(t => Class(t).StartsWith("end ", StringComparison.Ordinal));

    private static List<(double X, double Y)> Points(XElement path) =>
        [.. Coordinates().Matches(path.Attribute("d")!.Value).Select(m => (Parse(m.Groups[1].Value), Parse(m.Groups[2].Value)))];

    private static string Class(XElement element) => element.Attribute("class")?.Value ?? "";

    private static double Number(XElement element, string name) => Parse(element.Attribute(name)!.Value);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML](-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Coordinates();
}
