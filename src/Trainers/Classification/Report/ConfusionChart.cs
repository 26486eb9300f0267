using System.Globalization;
using System.Text;

namespace MLNetGen.Classification;

/// <summary><see cref="ConfusionPicture"/> for the page: sharp at any size, in its colours, with the numbers under the pointer.</summary>
internal static class ConfusionChart
{
    /// <summary>More cells than these are better off as a picture.</summary>
    public const int MostClasses = 32;

    private const int Width = 1000, LargestCell = 52, LongestName = 20, SizeForCounts = 28;
    private const double CharacterWidth = 7.2;

    public static string ToSvg(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        string[] shown = [.. names.Select(name => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…")];
        double room = (shown.Max(name => name.Length) * CharacterWidth) + 14;
        double left = room + 22, top = (room * 0.72) + 30;
        double size = Math.Min(LargestCell, (Width - left - (room * 0.72)) / names.Count);
        double width = left + (size * names.Count) + (room * 0.72), height = top + (size * names.Count) + 4;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot confusion\" width=\"{width:0}\" viewBox=\"0 0 {width:0.##} {height:0.##}\" role=\"img\" aria-label=\"Confusion matrix of {names.Count} classes\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + (size * names.Count / 2):0.##}\" y=\"12\" class=\"x\">prediction</text><text class=\"x\" transform=\"translate(12 {top + (size * names.Count / 2):0.##}) rotate(-90)\">label</text>\n");
        for (int i = 0; i < names.Count; i++)
        {
            double middle = (i + 0.5) * size;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"y\" x=\"{left - 8:0.##}\" y=\"{top + middle:0.##}\">{Html.Escape(shown[i])}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"slant\" transform=\"translate({left + middle + 3:0.##} {top - 8:0.##}) rotate(-45)\">{Html.Escape(shown[i])}</text>\n");
        }
        for (int row = 0; row < names.Count; row++)
            AppendRow(svg, names, counts[row], row, left, top + (row * size), size);
        return svg.Append("</svg>\n").ToString();
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
