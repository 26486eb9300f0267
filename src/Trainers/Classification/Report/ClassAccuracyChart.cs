using System.Globalization;
using System.Text;

namespace MLNetGen.Classification;

/// <summary>Each class's accuracy with its 95% interval, best first; of many classes the best and the worst.</summary>
internal static class ClassAccuracyChart
{
    /// <summary>As many are drawn.</summary>
    public const int MostClasses = 30;

    private const int RowHeight = 22, LongestName = 20;
    private const double CharacterWidth = 7.2;

    public static string ToSvg(ClassificationMetrics metrics, int width)
    {
        ClassMetrics[] ordered = [.. metrics.Classes.Where(one => one.Support > 0).OrderByDescending(one => one.Recall)];
        ClassMetrics[] shown = ordered.Length <= MostClasses ? ordered : [.. ordered[..(MostClasses / 2)], .. ordered[^(MostClasses / 2)..]];
        string[] names = [.. shown.Select(one => one.Name.Length <= LongestName ? one.Name : one.Name[..(LongestName - 1)] + "…")];
        double left = (names.Max(name => name.Length) * CharacterWidth) + 16;
        int height = (shown.Length * RowHeight) + 44;
        PlotArea area = new(left, 6, width - 66, height - 38, 0, 1, 0, 1);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Accuracy by class\">\n");
        foreach (double tick in (double[])[0, 0.25, 0.5, 0.75, 1])
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
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{(area.Left + area.Right) / 2:0.##}\" y=\"{height - 4}\">share of its pictures named rightly; dashed: all pictures</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}
