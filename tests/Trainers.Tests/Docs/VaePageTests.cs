using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>docs/vae.md: its drawings are drawn here, and its figures are computed here and in <see cref="VaePageFigures"/>.</summary>
public sealed partial class VaePageTests
{
    private const string Rewrite = "MLNETGEN_WRITE_DOCS";

    // p(z) = N(0, 1), p(x|z) = N(w z, s²); a picture of one pixel, x; q(z|x) = N(m, v²).
    private const double W = 2, S = 1, X = 3, V = 0.6;

    private static readonly string Folder = Path.Combine(Repository.Root!, "docs");
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "vae.md"));

    // p(x) = N(0, w² + s²), p(z|x) = N(w x / (w² + s²), s² / (w² + s²)).
    private static double LogP => LogNormal(X, 0, W * W + S * S);

    private static double PosteriorMean => W * X / (W * W + S * S);

    private static double PosteriorVariance => S * S / (W * W + S * S);

    [Fact]
    public void The_lower_bound_and_the_kl_to_the_posterior_are_log_p_together()
    {
        double widest = 0;
        foreach (double m in Means()) widest = Math.Max(widest, Math.Abs(LowerBound(m) + KlToPosterior(m) - LogP));
        Assert.InRange(widest, 0, 1e-12);
        Assert.Equal(0, KlToPosterior(PosteriorMean, Math.Sqrt(PosteriorVariance)), 12);
        Assert.Contains($"log p(x) = {Number(LogP)}", Page, StringComparison.Ordinal);
        Assert.Contains($"m = {Number(PosteriorMean)} and v = {Number(Math.Sqrt(PosteriorVariance))}", Page, StringComparison.Ordinal);
        Assert.Contains($"L_b = {Number(LowerBound(0))} and KL = {Number(KlToPosterior(0))}", Page, StringComparison.Ordinal);
    }

    // A mean over draws of z of what the closed form says.
    [Fact]
    public void The_lower_bound_is_an_expectation_over_z()
    {
        const int Draws = 200_000;
        const double Mean = 0.7;
        float[] noise = LatentNoise.Rows(0, Draws, 1);
        double sum = noise.Sum(e => LogNormal(X, W * (Mean + V * e), S * S) + LogNormal(Mean + V * e, 0, 1) - LogNormal(Mean + V * e, Mean, V * V));
        Assert.Equal(LowerBound(Mean), sum / Draws, 0.02);
    }

    [Fact]
    public void The_drawings_are_drawn_by_the_reports_own_charts()
    {
        Drawing("lower-bound.svg", new LineChart("log p(x) = L_b + KL", "m, the mean of q(z|x)", "nats",
        [
            new("log p(x)", [.. Means().Select(m => (m, LogP))]),
            new("L_b, the lower bound", [.. Means().Select(m => (m, LowerBound(m)))]),
            new("KL(q(z|x) ‖ p(z|x))", [.. Means().Select(m => (m, KlToPosterior(m)))]),
        ]), ["log p(x)", "L_b, the lower bound", "KL(q(z|x) ‖ p(z|x))"]);
        double[] sigmas = [.. Enumerable.Range(-30, 51).Select(i => i / 10.0)];
        Drawing("variance-term.svg", new LineChart("exp σ − (1 + σ)", "σ, the logarithm of the variance", "",
        [
            new("exp σ", [.. sigmas.Select(s => (s, Math.Exp(s)))]),
            new("1 + σ", [.. sigmas.Select(s => (s, 1 + s))]),
            new("exp σ − (1 + σ)", [.. sigmas.Select(s => (s, Math.Exp(s) - (1 + s)))]),
        ]), ["exp σ", "1 + σ", "exp σ − (1 + σ)"]);
    }

    [Fact]
    public void Files_that_the_page_names_are_there()
    {
        string[] links = [.. Link().Matches(Page).Select(link => link.Groups["path"].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Folder, link)), link));
    }

    private static IEnumerable<double> Means() => Enumerable.Range(0, 61).Select(i => -0.5 + i * 0.05);

    // E log p(x|z) − KL(q(z|x) ‖ N(0, 1)).
    private static double LowerBound(double m) => LogNormal(X, W * m, S * S) - W * W * V * V / (2 * S * S) - 0.5 * (V * V + m * m - 1 - Math.Log(V * V));

    private static double KlToPosterior(double m, double v = V) =>
        0.5 * (v * v / PosteriorVariance + (m - PosteriorMean) * (m - PosteriorMean) / PosteriorVariance - 1 - Math.Log(v * v / PosteriorVariance));

    private static double LogNormal(double x, double mean, double variance) => -0.5 * ((x - mean) * (x - mean) / variance + Math.Log(2 * Math.PI * variance));

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '−');

    // With MLNETGEN_WRITE_DOCS set, the file is written; otherwise it must be what would be.
    private static void Drawing(string name, LineChart chart, string[] legend)
    {
        const int Width = 640, Height = 340, LegendHeight = 28;
        StringBuilder names = new();
        double x = 10;
        for (int i = 0; i < legend.Length; i++)
        {
            names.Append(CultureInfo.InvariantCulture, $"<path class=\"line {LineChart.SeriesClass(i)}\" d=\"M{x:0.##} 14h18\"/><text x=\"{x + 24:0.##}\" y=\"18\">{legend[i]}</text>\n");
            x += 60 + legend[i].Length * 7.2;
        }
        string drawn = Tooltip().Replace(chart.ToSvg(Width, Height, ""), "");
        string svg = $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="plot" width="{Width}" height="{Height + LegendHeight}" viewBox="0 0 {Width} {Height + LegendHeight}">
            <style>
            {Css}
            </style>
            <rect width="{Width}" height="{Height + LegendHeight}" fill="#ffffff"/>
            {names}<g transform="translate(0 {LegendHeight})">
            {drawn[(drawn.IndexOf('>', StringComparison.Ordinal) + 1)..]
                .Replace("</svg>", "</g>", StringComparison.Ordinal)}</svg>

            """.ReplaceLineEndings("\n");
        string path = Path.Combine(Folder, "vae", name);
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
            File.WriteAllText(path, svg);
        Assert.Equal(svg, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    // The report's colours on paper: PageStyle's, without variables, which not every viewer of SVG files knows.
    private const string Css = """
        text { font: 12.5px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: #5b6472; }
        .x { text-anchor: middle; } .y { text-anchor: end; dominant-baseline: central; }
        .grid { stroke: #e8eaee; fill: none; } .base { stroke: #aeb5c0; fill: none; }
        .line { stroke-width: 2.25px; fill: none; }
        path.s1 { stroke: #1667c9; } path.s2 { stroke: #c7510c; } path.s3 { stroke: #1b9878; }
        circle.s1, text.s1 { fill: #1667c9; } circle.s2, text.s2 { fill: #c7510c; } circle.s3, text.s3 { fill: #1b9878; }
        text.end { font-weight: 640; dominant-baseline: central; }
        """;

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)\)")]
    private static partial Regex Link();

    // What a page shows under the pointer.
    [GeneratedRegex("""<g class="at">.*?</g></g>\n?""", RegexOptions.Singleline)]
    private static partial Regex Tooltip();
}
