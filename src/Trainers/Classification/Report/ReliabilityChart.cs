using System.Globalization;
using System.Text;

namespace MLNetGen.Classification;

/// <summary>
/// A reliability diagram: of rows scored so high, how many are right; the diagonal is a model that knows how sure to be. Below,
/// how many rows are how sure. Source: Guo et al. 2017, arXiv:1706.04599, figure 1.
/// </summary>
internal static class ReliabilityChart
{
    private const int Height = 360;
    private const double Strip = 44;

    public static string ToSvg(ClassificationMetrics metrics, int width)
    {
        double side = Math.Min(width - 80, 640), left = ((width - side) / 2) + 14;
        PlotArea area = new(left, 28, left + side, Height - 60 - Strip, 0, 1, 0, 1);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {width} {Height}\" role=\"img\" aria-label=\"Reliability diagram, expected calibration error {Percent.Of(metrics.ExpectedCalibrationError)}\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{area.Left - 34:0.##}\" y=\"14\">share that is right</text>\n");
        foreach (double tick in (double[])[0, 0.2, 0.4, 0.6, 0.8, 1])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{(tick == 0 ? "base" : "grid")}\" d=\"M{area.Left:0.##} {area.Y(tick):0.##}H{area.Right:0.##}\"/><text class=\"y\" x=\"{area.Left - 8:0.##}\" y=\"{area.Y(tick):0.##}\">{Percent.Of(tick, 0)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{area.X(tick):0.##}\" y=\"{Height - 24}\">{Percent.Of(tick, 0)}</text>\n");
        }
        foreach (CalibrationBin bin in metrics.CalibrationBins.Where(bin => bin.Count > 0))
            AppendBin(svg, area, bin, metrics);
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"diagonal\" d=\"M{area.Left:0.##} {area.Bottom:0.##}L{area.Right:0.##} {area.Top:0.##}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{(area.Left + area.Right) / 2:0.##}\" y=\"{Height - 6}\">largest score (below: how many rows have it)</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendBin(StringBuilder svg, PlotArea area, CalibrationBin bin, ClassificationMetrics metrics)
    {
        double x = area.X(bin.Low) + 1, width = area.X(bin.High) - area.X(bin.Low) - 2;
        (double low, double high) = bin.Accuracy < bin.Confidence ? (bin.Accuracy, bin.Confidence) : (bin.Confidence, bin.Accuracy);
        double rows = Strip * bin.Count / metrics.CalibrationBins.Max(other => other.Count), bottom = Height - 42;
        string gap = bin.Accuracy > bin.Confidence ? "gap s1" : "gap s2";
        svg.Append(CultureInfo.InvariantCulture, $"<g><rect class=\"bar s1\" x=\"{x:0.##}\" y=\"{area.Y(low):0.##}\" width=\"{width:0.##}\" height=\"{area.Bottom - area.Y(low):0.##}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{gap}\" x=\"{x:0.##}\" y=\"{area.Y(high):0.##}\" width=\"{width:0.##}\" height=\"{area.Y(low) - area.Y(high):0.##}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"gap s1\" x=\"{x:0.##}\" y=\"{bottom - rows:0.##}\" width=\"{width:0.##}\" height=\"{rows:0.##}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{bin.Count:N0} rows scored {Percent.Of(bin.Confidence)} on average, {Percent.Of(bin.Accuracy)} of them right</title></g>\n");
    }
}
