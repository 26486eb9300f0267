using System.Globalization;
using System.Text;
using System.Xml;

namespace MLNetGen;

/// <summary>Text and numbers as they are written into the page.</summary>
internal static class Html
{
    /// <summary>Escaped for element content and quoted attributes; what XML cannot hold becomes U+FFFD.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], c))
                result.Append(c).Append(text[++i]);
            else
                result.Append(c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    _ => XmlConvert.IsXmlChar(c) ? c.ToString() : "\uFFFD",
                });
        }
        return result.ToString();
    }

    /// <summary>Escaped, of text that is wrapped: a percent sign stays with its number.</summary>
    public static string Flowing(string text) => Escape(text).Replace(" %", "\u00A0%", StringComparison.Ordinal);

    /// <summary>The formatted string whatever the thread's culture; arguments are not escaped.</summary>
    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A number with the typographic minus sign and without trailing noise.</summary>
    public static string Number(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '\u2212');

    /// <summary>About four significant digits: 102.4, 0.01234, 12,345, 1.235e9.</summary>
    public static string Value(double value)
    {
        double magnitude = Math.Abs(value);
        if (magnitude == 0)
            return "0";
        if (magnitude is >= 1e7 or < 1e-4)
            return Number(value, "0.###e0");
        int decimals = Math.Clamp(3 - (int)Math.Floor(Math.Log10(magnitude)), 0, 7);
        // Whole numbers (epochs, steps) need no zeros after the point.
        if (Math.Round(value) == value)
            decimals = 0;
        return Number(value, "N" + decimals.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>A table; two columns are read as names and values, and columns of numbers align to the right.</summary>
internal static class ReportTable
{
    public static string ToHtml(string title, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        bool pairs = header.Count == 2;
        bool[] numbers = [.. header.Select((_, column) => !pairs && rows.Count > 0 && rows.All(row => IsNumber(row[column])))];
        // What scrolls can be reached by the keyboard.
        var html = new StringBuilder(Html.Invariant($"<div class=\"scroll\" role=\"region\" aria-label=\"{Html.Escape(title)}\" tabindex=\"0\"><table"));
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
                html.Append(CultureInfo.InvariantCulture, $"<{tag}{scope}{Class(numbers[column])}>{Html.Flowing(row[column])}</{tag}>");
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
