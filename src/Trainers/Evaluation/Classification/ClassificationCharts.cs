using System.Globalization;
using System.Text;

namespace MLNetGen.Classification;

/// <summary>Each class's accuracy with its 95 % interval, best first; of many classes the best and the worst.</summary>
internal static class ClassAccuracyChart
{
    /// <summary>As many are drawn.</summary>
    public const int MaxClasses = 30;

    private const int RowHeight = 22, MaxNameLength = 20;
    private const double CharacterWidth = 7.2, TickWidth = 44;

    public static string ToSvg(ClassificationMetrics metrics, int width)
    {
        ClassMetrics[] ordered = [.. metrics.Classes.Where(one => one.Support > 0).OrderByDescending(one => one.Recall)];
        ClassMetrics[] shown = ordered.Length <= MaxClasses ? ordered : [.. ordered[..(MaxClasses / 2)], .. ordered[^(MaxClasses / 2)..]];
        string[] names = [.. shown.Select(one => one.Name.Length <= MaxNameLength ? one.Name : one.Name[..(MaxNameLength - 1)] + "…")];
        double left = (names.Max(name => name.Length) * CharacterWidth) + 16;
        int height = (shown.Length * RowHeight) + 44;
        PlotArea area = new(left, 6, width - 66, height - 38, 0, 1, 0, 1);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Accuracy by class\">\n");
        // On a phone, long names leave room for fewer.
        foreach (double tick in area.Right - area.Left > 5 * TickWidth ? (double[])[0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1])
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{area.X(tick):0.##} {area.Top:0.##}V{area.Bottom:0.##}\"/><text class=\"x\" x=\"{area.X(tick):0.##}\" y=\"{area.Bottom + 18:0.##}\">{Percent.Of(tick, 0)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"diagonal\" d=\"M{area.X(metrics.Accuracy):0.##} {area.Top:0.##}V{area.Bottom:0.##}\"/>\n");
        for (int i = 0; i < shown.Length; i++)
        {
            ClassMetrics one = shown[i];
            double y = area.Top + ((i + 0.5) * RowHeight);
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"s1\"><text class=\"y\" x=\"{left - 8:0.##}\" y=\"{y:0.##}\">{Html.Escape(names[i])}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"range\" d=\"M{area.X(one.RecallInterval.Low):0.##} {y:0.##}H{area.X(one.RecallInterval.High):0.##}\"/><circle cx=\"{area.X(one.Recall):0.##}\" cy=\"{y:0.##}\" r=\"4\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"y\" x=\"{width - 4}\" y=\"{y:0.##}\">{Percent.Of(one.Recall)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{Html.Escape(one.Name)}: {one.Correct:N0} of {one.Support:N0} right, {Percent.Of(one.RecallInterval.Low)} to {Percent.Of(one.RecallInterval.High)}</title></g>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{width / 2}\" y=\"{height - 4}\">share of its pictures named rightly</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}

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

/// <summary><see cref="ConfusionPicture"/> for the page: sharp at any size, in its colours, with the numbers under the pointer.</summary>
internal static class ConfusionChart
{
    /// <summary>More cells than these are better off as a picture.</summary>
    public const int MaxClasses = 32;

    private const int Width = 1000, MaxCellSize = 52, MaxNameLength = 20, SizeForCounts = 28;
    private const double CharacterWidth = 7.2, SmallestScale = 0.8;

    public static string ToSvg(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        string[] shown = [.. names.Select(name => name.Length <= MaxNameLength ? name : name[..(MaxNameLength - 1)] + "…")];
        double room = (shown.Max(name => name.Length) * CharacterWidth) + 14;
        double left = room + 22, top = (room * 0.72) + 30;
        double size = Math.Min(MaxCellSize, (Width - left - (room * 0.72)) / names.Count);
        double width = left + (size * names.Count) + (room * 0.72), height = top + (size * names.Count) + 4;
        StringBuilder svg = new();
        // On a phone it scrolls before its names are too small to be read.
        svg.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" aria-label=\"Confusion matrix\" tabindex=\"0\"><svg class=\"plot confusion\" style=\"min-width: {width * SmallestScale:0}px\" width=\"{width:0}\" viewBox=\"0 0 {width:0.##} {height:0.##}\" role=\"img\" aria-label=\"Confusion matrix of {names.Count} classes\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + (size * names.Count / 2):0.##}\" y=\"12\" class=\"x\">prediction</text><text class=\"x\" transform=\"translate(12 {top + (size * names.Count / 2):0.##}) rotate(-90)\">label</text>\n");
        for (int i = 0; i < names.Count; i++)
        {
            double middle = (i + 0.5) * size;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"y\" x=\"{left - 8:0.##}\" y=\"{top + middle:0.##}\">{Html.Escape(shown[i])}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"slant\" transform=\"translate({left + middle + 3:0.##} {top - 8:0.##}) rotate(-45)\">{Html.Escape(shown[i])}</text>\n");
        }
        for (int row = 0; row < names.Count; row++)
            AppendRow(svg, names, counts[row], row, left, top + (row * size), size);
        return svg.Append("</svg></div>\n").ToString();
    }

    private static void AppendRow(StringBuilder svg, IReadOnlyList<string> names, IReadOnlyList<int> counts, int row, double left, double top, double size)
    {
        int support = counts.Sum();
        for (int column = 0; column < names.Count; column++)
        {
            int count = counts[column];
            double share = support == 0 ? 0 : (double)count / support, dark = ConfusionPicture.Darkness(count, support), x = left + (column * size);
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{(row == column ? "s1" : "s2")}\"><rect class=\"cell\" x=\"{x:0.##}\" y=\"{top:0.##}\" width=\"{size - 1.5:0.##}\" height=\"{size - 1.5:0.##}\" rx=\"2\" fill-opacity=\"{Math.Max(dark, 0.025):0.###}\"/>");
            if (count > 0 && size >= SizeForCounts)
                svg.Append(CultureInfo.InvariantCulture, $"<text class=\"count{(dark > 0.65 ? " on" : "")}\" x=\"{x + (size / 2) - 0.75:0.##}\" y=\"{top + (size / 2) - 0.25:0.##}\">{count}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{Html.Escape(names[row])} taken for {Html.Escape(names[column])}: {count:N0} of {support:N0} ({Percent.Of(share)})</title></g>\n");
        }
    }
}
