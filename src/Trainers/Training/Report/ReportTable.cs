using System.Globalization;
using System.Text;

namespace MLNetGen;

/// <summary>A table; two columns are read as names and values, and columns of numbers align to the right.</summary>
internal static class ReportTable
{
    public static string ToHtml(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        bool pairs = header.Count == 2;
        bool[] numbers = [.. header.Select((_, column) => !pairs && rows.Count > 0 && rows.All(row => IsNumber(row[column])))];
        var html = new StringBuilder("<div class=\"scroll\"><table");
        html.Append(pairs ? " class=\"pairs\">\n<thead><tr>" : ">\n<thead><tr>");
        for (int column = 0; column < header.Count; column++)
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Class(numbers[column])}>{Html.Escape(header[column])}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            for (int column = 0; column < header.Count; column++)
            {
                string tag = pairs && column == 0 ? "th" : "td";
                string scope = pairs && column == 0 ? " scope=\"row\"" : "";
                html.Append(CultureInfo.InvariantCulture, $"<{tag}{scope}{Class(numbers[column])}>{Html.Escape(row[column])}</{tag}>");
            }
            html.Append("</tr>\n");
        }
        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static string Class(bool number) => number ? " class=\"number\"" : "";

    // A dash or nothing stands for a figure that was not measured.
    private static bool IsNumber(string cell)
    {
        string bare = cell.Trim().TrimEnd('%').Replace('\u2212', '-');
        return bare is "" or "-" or "–" or "—"
            || double.TryParse(bare, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
    }
}
