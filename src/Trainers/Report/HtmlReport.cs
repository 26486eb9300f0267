using System.Globalization;
using System.Text;

namespace MLNetGen;

/// <summary>
/// A page of figures, charts, pictures and tables, as a training run leaves one: one file with its styles, pictures and a small script
/// inside, so that it opens from disk, without a network, years later. Parts show in the order in which they were added; neighbours of
/// one kind share rows. The page is well-formed XML too.
/// </summary>
/// <param name="title">The heading, and the window's title.</param>
/// <param name="subtitle">A line below it.</param>
public sealed class HtmlReport(string title, string subtitle)
{
    private enum Kind
    {
        Alone,
        Chart,
        Picture,
        Table,
    }

    // What a part looks like over one column, or over both.
    private sealed record Part(Kind Kind, Func<bool, string> ToHtml, bool AlwaysWide = false);

    // Cards in a row.
    private const int MostAcross = 5;

    private const int ColumnWidth = 490;
    private const int PageWidth = 1040;
    private const int PhoneWidth = 340;

    private readonly List<Part> _parts = [];

    /// <summary>After how many seconds an open page reads itself again, unless its reader stops that; 0: never.</summary>
    internal int RefreshSeconds { get; set; }

    /// <summary>The headline numbers, as cards.</summary>
    /// <param name="figures">Name, value with its unit ("918 images/s"), and a note or null.</param>
    /// <returns>This page.</returns>
    public HtmlReport Figures(params (string Name, string Value, string? Note)[] figures) => Figures(figures.Select(figure => (figure.Name, figure.Value, figure.Note, false)));

    /// <summary>The same; a figure that is not worth reading is greyed, and its note says why.</summary>
    internal HtmlReport Figures(IEnumerable<(string Name, string Value, string? Note, bool IsGreyed)> figures)
    {
        (string Name, string Value, string? Note, bool IsGreyed)[] cards = [.. figures];
        if (cards.Length == 0)
            return this;
        // Rows as full as each other: none is left with a card alone.
        int rows = (cards.Length + MostAcross - 1) / MostAcross, across = (cards.Length + rows - 1) / rows;
        var html = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<dl class=\"figures\" style=\"--across: {across}\">\n");
        foreach (var (name, value, note, isGreyed) in cards)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"card{(isGreyed ? " greyed" : "")}\"><dt>{Html.Escape(name)}</dt><dd class=\"value\">{Figure(value)}</dd>");
            if (!string.IsNullOrEmpty(note))
                html.Append(CultureInfo.InvariantCulture, $"<dd class=\"caption\">{Html.Flowing(note)}</dd>");
            html.Append("</div>\n");
        }
        html.Append("</dl>\n");
        return Add(Kind.Alone, html.ToString());
    }

    /// <summary>A line chart; points that are not finite are gaps.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="xLabel">What runs to the right, with its unit.</param>
    /// <param name="yLabel">What runs upwards, with its unit.</param>
    /// <param name="series">The lines.</param>
    /// <returns>This page.</returns>
    public HtmlReport Chart(string title, string xLabel, string yLabel, params ChartSeries[] series)
    {
        var chart = new LineChart(title, xLabel, yLabel, series);
        _parts.Add(new Part(Kind.Chart, wide =>
            $"<h2>{Html.Escape(title)}</h2>\n{chart.Legend()}{ChartControls.Of(chart, series)}<div class=\"axis\">{Draw(wide, false)}</div>\n"
            + (chart.HasLogarithm ? $"<div class=\"axis\" hidden=\"hidden\">{Draw(wide, true)}</div>\n" : "")));
        return this;

        string Draw(bool wide, bool logarithm) => wide
            ? chart.ToSvg(PageWidth, 360, "onlywide", logarithm) + chart.ToSvg(ColumnWidth, 300, "onlynarrow", logarithm)
            : chart.ToSvg(ColumnWidth, 300, "", logarithm);
    }

    /// <summary>A chart of another kind, drawn for the width that it is given; neighbours share rows with line charts.</summary>
    internal HtmlReport Drawing(string title, string caption, Func<int, string> svg)
    {
        _parts.Add(new Part(Kind.Chart, wide => $"<h2>{Html.Escape(title)}</h2>\n{Draw(wide)}{Caption(caption, "")}"));
        return this;

        // Shrunk to a phone's width, a wider one's text could not be read.
        string Draw(bool wide) => (wide ? $"<div class=\"onlywide\">{svg(PageWidth)}</div>\n" : "")
            + $"<div class=\"{(wide ? "onlynarrow " : "")}narrow\">{svg(ColumnWidth)}</div>\n<div class=\"onlyphone\">{svg(PhoneWidth)}</div>\n";
    }

    /// <summary>A PNG file, its bytes embedded now; where there is none, the caption says so.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="caption">A line below it.</param>
    /// <param name="pngPath">The file.</param>
    /// <returns>This page.</returns>
    public HtmlReport Picture(string title, string caption, string pngPath) => Picture(title, caption, pngPath, []);

    /// <summary>The same, with links behind the caption.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="caption">A line below it.</param>
    /// <param name="pngPath">The file.</param>
    /// <param name="links">Files that lie beside the page or below it, by their paths from there, each with what it is called.</param>
    /// <returns>This page.</returns>
    public HtmlReport Picture(string title, string caption, string pngPath, IReadOnlyList<(string Text, string Path)> links)
    {
        var picture = EmbeddedPicture.TryRead(pngPath, out string problem);
        _parts.Add(new Part(Kind.Picture, wide =>
            $"<h2>{Html.Escape(title)}</h2>\n"
            + (picture is null ? "" : $"<div class=\"picture\">{picture.ToHtml(title, Room(wide), 640)}</div>\n")
            + Caption(caption, problem, links)));
        return this;
    }

    /// <summary>Pictures by epoch, the last one showing, with a slider; at most 20 of them, evenly chosen, are embedded, now.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="caption">A line below it; it also says which files could not be read.</param>
    /// <param name="frames">What to call each picture ("epoch 3"), and its PNG file.</param>
    /// <returns>This page.</returns>
    public HtmlReport Filmstrip(string title, string caption, IReadOnlyList<(string Label, string PngPath)> frames)
    {
        var pictures = new List<(string Label, EmbeddedPicture Picture)>();
        var problems = new List<string>();
        foreach (int i in EvenChoice.Of(frames.Count, MLNetGen.Filmstrip.MaxFrames))
        {
            if (EmbeddedPicture.TryRead(frames[i].PngPath, out string problem) is { } picture)
                pictures.Add((frames[i].Label, picture));
            else
                problems.Add(problem);
        }
        if (frames.Count == 0)
            problems.Add("There are no pictures.");
        _parts.Add(new Part(Kind.Picture, wide =>
            $"<h2>{Html.Escape(title)}</h2>\n"
            + (pictures.Count == 0 ? "" : MLNetGen.Filmstrip.ToHtml(pictures, title, Room(wide), 640))
            + Caption(caption, string.Join(" ", problems))));
        return this;
    }

    /// <summary>A table, of settings for instance (two columns: name and value).</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">As many cells each as the header has.</param>
    /// <returns>This page.</returns>
    /// <exception cref="ArgumentException">A row has fewer cells, or more.</exception>
    public HtmlReport Table(string title, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != header.Count)
                throw new ArgumentException(Html.Invariant($"Row {i} of the table '{title}' has {rows[i].Count} cells, its header {header.Count}: give every row one cell a column."), nameof(rows));
        }
        // Names and values that have the page's width to themselves stand in two columns.
        int half = (rows.Count + 1) / 2;
        _parts.Add(new Part(Kind.Table, wide => $"<h2>{Html.Escape(title)}</h2>\n" + (wide && header.Count == 2 && rows.Count > 1
            ? $"<div class=\"halves\">{ReportTable.ToHtml(title, header, [.. rows.Take(half)])}{ReportTable.ToHtml(title, header, [.. rows.Skip(half)])}</div>\n"
            : ReportTable.ToHtml(title, header, rows)), AlwaysWide: header.Count > 2));
        return this;
    }

    /// <summary>A drawing, such as <see cref="NetworkDiagram"/> makes.</summary>
    internal HtmlReport Diagram(string title, string caption, string svg) =>
        Add(Kind.Alone, $"<section class=\"card diagram\">\n<h2>{Html.Escape(title)}</h2>\n{svg}{Caption(caption, "")}</section>\n");

    /// <summary>A warning, for instance why a run ended early.</summary>
    /// <param name="text">Plain text.</param>
    /// <returns>This page.</returns>
    public HtmlReport Note(string text) =>
        Add(Kind.Alone, $"<p class=\"note\" role=\"note\">{Html.Escape(text)}</p>\n");

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        string heading = Html.Escape(title);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <title>{heading}</title>
            <link rel="icon" href="data:,"/>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <header><h1>{heading}</h1><p>{Html.Escape(subtitle)}</p>{(RefreshSeconds == 0 ? "" : Html.Invariant($"<p class=\"again\" data-seconds=\"{RefreshSeconds}\" hidden=\"hidden\"><label><input type=\"checkbox\"/> read again every {RefreshSeconds} seconds</label></p>"))}</header>
            <main>

            """);
        for (int start = 0, end; start < _parts.Count; start = end)
        {
            end = start + 1;
            while (end < _parts.Count && _parts[end].Kind == _parts[start].Kind)
                end++;
            AppendRun(html, _parts.GetRange(start, end - start));
        }
        html.Append("</main>\n<footer>MLNetGen</footer>\n");
        html.Append(CultureInfo.InvariantCulture, $"<script>\n{PageScript.JavaScript}\n</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">File name ending in <c>.html</c>; missing folders are made.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.WriteAllText(path, ToHtml());

    private static void AppendRun(StringBuilder html, List<Part> run)
    {
        if (run[0].Kind == Kind.Alone)
        {
            foreach (var part in run)
                html.Append(part.ToHtml(true));
            return;
        }
        html.Append("<div class=\"columns\">\n");
        for (int i = 0; i < run.Count; i++)
        {
            // The first of an odd number takes a row of its own: no hole, and it is the most important one.
            bool wide = run[i].AlwaysWide || (i == 0 && run.Count % 2 == 1 && (run[i].Kind != Kind.Table || run.Count == 1));
            string kind = run[i].Kind switch { Kind.Chart => "chart", Kind.Picture => "pictures", _ => "table" };
            html.Append(CultureInfo.InvariantCulture, $"<section class=\"card {kind}{(wide ? " wide" : "")}\">\n{run[i].ToHtml(wide)}</section>\n");
        }
        html.Append("</div>\n");
    }

    private HtmlReport Add(Kind kind, string html)
    {
        _parts.Add(new Part(kind, _ => html));
        return this;
    }

    // "918 images/s" shows its unit smaller; "3 min 16 s" stays as it is.
    private static string Figure(string value)
    {
        int space = value.IndexOf(' ', StringComparison.Ordinal);
        bool unit = space > 0 && char.IsDigit(value[space - 1]) && !value.AsSpan(space).ContainsAnyInRange('0', '9');
        return unit
            ? $"{Html.Escape(value[..space])} <span class=\"unit\">{Html.Escape(value[(space + 1)..])}</span>"
            : Html.Escape(value);
    }

    private static int Room(bool wide) => wide ? PageWidth : ColumnWidth;

    private static string Caption(string caption, string problem, IReadOnlyList<(string Text, string Path)>? links = null)
    {
        string to = string.Join(" ·", (links ?? []).Select(link => $" <a href=\"{Html.Escape(string.Join('/', link.Path.Split('/', '\\').Select(Uri.EscapeDataString)))}\">{Html.Escape(link.Text)}</a>"));
        string lost = problem.Length == 0 ? "" : $" <span class=\"lost\">{Html.Escape(problem)}</span>";
        return $"<p class=\"caption\">{Html.Flowing(caption)}{to}{lost}</p>\n";
    }
}
