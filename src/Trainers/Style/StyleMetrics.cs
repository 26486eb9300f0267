using System.Globalization;
using System.Text.Json;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>What the loss that taught a style network makes of its paintings: see <see cref="StyleTransferCatalog.EvaluateStyle"/>.</summary>
public sealed class StyleMetrics
{
    private readonly IReadOnlyList<StyleResult> results;
    private readonly StyleSettings settings;

    internal StyleMetrics(IReadOnlyList<StyleResult> results, StyleSettings settings, IReadOnlyList<PaintedPhotograph> paintings, int leftOut) =>
        (this.results, this.settings, Paintings, LeftOut) = (results, settings, paintings, leftOut);

    /// <summary>See <see cref="StyleTransferTransformer.RatioToColorMatched"/>.</summary>
    public double RatioToColorMatched => results.Max(result => result.Ratio);

    /// <summary>See <see cref="StyleTransferTransformer.StyleRatioToColorMatched"/>.</summary>
    public double StyleRatioToColorMatched => results.Max(result => result.StyleRatio);

    /// <summary>See <see cref="StyleTransferTransformer.ContentError"/>.</summary>
    public double ContentError => results.Max(result => result.ContentError);

    /// <summary>The photographs that were painted.</summary>
    public IReadOnlyList<PaintedPhotograph> Paintings { get; }

    /// <summary>Photographs too small to be painted or judged.</summary>
    public int LeftOut { get; }

    /// <summary>The figures for programs: the worst ones, and those of every painting as <c>metrics.json</c> has them under <c>test</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new { RatioToColourMatched = RatioToColorMatched, StyleToColourMatched = StyleRatioToColorMatched, ContentError, Pictures = Paintings.Count, LeftOut, Test = StyleReport.ToFigures(results, settings) }, RunJson.Options);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RatioToColorMatched:F2} times the loss of the same photographs with the painting's colours alone, of the style term {StyleRatioToColorMatched:F2}; content lost {ContentError:F2} (the worst of {Paintings.Count})");

    /// <summary>Writes photographs and paintings into a folder, and puts figures and pictures into a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="folder">It is there; files of the same names are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void AddTo(HtmlReport page, string folder)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Note(StyleReport.TaughtBy(settings));
        page.Figures([.. StyleReport.Figures(results, settings)]);
        string sheet = Path.Combine(folder, "painted.png");
        ContactSheet.Save(sheet, [.. Paintings.SelectMany(one => one.Paintings.Zip(settings.StyleNames).Select(painting => (painting.First, $"in {painting.Second}")).Prepend((one.Photograph, one.Name)))],
            columns: 1 + settings.StyleNames.Count);
        page.Picture("Painted", "Each photograph, and what the network makes of it.", sheet);
        StyleReport.AddTable(page, results, settings);
    }
}

/// <summary>A photograph and what a style network made of it.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Photograph">As it was painted: large ones are shrunk.</param>
/// <param name="Paintings">One a style.</param>
public sealed record PaintedPhotograph(string Name, Picture Photograph, IReadOnlyList<Picture> Paintings);
