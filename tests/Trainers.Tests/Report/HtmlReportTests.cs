using System.Globalization;
using System.Xml.Linq;

namespace MLNetGen.Tests;

public sealed class HtmlReportTests : IDisposable
{
    // A grey picture of 2 by 1 pixels.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    private readonly string _folder = Directory.CreateTempSubdirectory("report").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_is_well_formed_and_holds_its_parts_in_order()
    {
        var page = XDocument.Parse(Everything("a title").ToHtml());
        Assert.Equal("html", page.Root!.Name.LocalName);
        Assert.Equal(["Loss", "Speed", "Grid", "Film", "Epochs", "Settings"], page.Descendants("h2").Select(h => h.Value));
        Assert.Equal("a title", page.Descendants("h1").Single().Value);
        Assert.Equal("a title", page.Descendants("title").Single().Value);
    }

    [Fact]
    public void Curves_that_no_epoch_has_a_value_of_are_left_out_and_so_is_a_chart_of_none_else()
    {
        HtmlReport page = new("a title", "");
        double?[] train = [3, 2, 1], test = [null, null, null];
        page.Curves(train, "Loss", "nats", ("train", epoch => epoch), ("test", _ => null));
        page.Curves(test, "Deviation", "nats", ("deviation", epoch => epoch));
        var drawn = XDocument.Parse(page.ToHtml());
        Assert.Equal(["Loss"], drawn.Descendants("h2").Select(h => h.Value));
        Assert.DoesNotContain("test", drawn.Descendants("main").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        string html = Everything("a title").ToHtml();
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        var links = XDocument.Parse(html).Descendants().Attributes()
            .Where(a => a.Name.LocalName is "src" or "href" or "srcset" or "action").ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith("data:", link.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_saved_page_is_the_page_and_replaces_one_that_was_there()
    {
        string path = Path.Combine(_folder, "new", "page.html");
        new HtmlReport("first", "").Save(path);
        HtmlReport second = Everything("second");
        second.Save(path);
        Assert.Equal(second.ToHtml(), File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.Combine(_folder, "new")));
    }

    [Fact]
    public void Every_text_is_escaped()
    {
        const string Nasty = "<script>alert(\"x\" & 'y')</script>";
        string html = new HtmlReport(Nasty, Nasty)
            .Figures((Nasty, Nasty, Nasty))
            .Note(Nasty)
            .Chart(Nasty, Nasty, Nasty, new ChartSeries(Nasty, [(1, 2), (2, 3)]))
            .Picture(Nasty, Nasty, Write("a.png"))
            .Picture(Nasty, Nasty, Path.Combine(_folder, "<absent>.png"))
            .Filmstrip(Nasty, Nasty, [(Nasty, Write("b.png")), (Nasty, Write("c.png"))])
            .Table(Nasty, [Nasty, Nasty], [[Nasty, Nasty]])
            .ToHtml();

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        var page = XDocument.Parse(html);
        Assert.Single(page.Descendants("script"));
        Assert.All(page.Descendants("h2"), h => Assert.Equal(Nasty, h.Value));
        Assert.Equal(Nasty, page.Descendants("h1").Single().Value);
        Assert.Equal([Nasty, Nasty], page.Descendants("table").Single().Element("tbody")!.Element("tr")!.Elements().Select(c => c.Value));
    }

    [Fact]
    public void A_caption_leads_to_files_beside_the_page()
    {
        XElement caption = XDocument.Parse(new HtmlReport("t", "s").Picture("Grid", "seen", Write("a.png"), [("a <b>", "one run/report #1.html"), ("film", "gan\\samples.gif")]).ToHtml())
            .Descendants("p").Single(part => part.Attribute("class")?.Value == "caption");
        Assert.Equal([("one%20run/report%20%231.html", "a <b>"), ("gan/samples.gif", "film")], caption.Elements("a").Select(link => (link.Attribute("href")!.Value, link.Value)));
        Assert.Equal("seen a <b> · film", caption.Value);
    }

    [Fact]
    public void Characters_that_a_page_cannot_hold_are_replaced()
    {
        var page = XDocument.Parse(new HtmlReport("a\0b\ud800c\u0001", "π 😀").ToHtml());
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFD", page.Descendants("h1").Single().Value);
        Assert.Equal("π 😀", page.Descendants("header").Single().Element("p")!.Value);
    }

    [Fact]
    public void An_embedded_picture_is_the_file_byte_for_byte_even_when_the_file_is_gone()
    {
        string path = Write("grid.png");
        var report = new HtmlReport("t", "s").Picture("Grid", "all", path);
        File.Delete(path);
        var image = XDocument.Parse(report.ToHtml()).Descendants("img").Single();
        Assert.Equal(Png, Bytes(image));
        double width = double.Parse(image.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        Assert.Equal(width / 2, double.Parse(image.Attribute("height")!.Value, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(null, "was not found")]
    [InlineData(new byte[0], "is not a PNG file")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, "is not a PNG file")]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "is not a PNG file")]
    public void A_picture_that_is_none_is_left_out_and_its_caption_says_so(byte[]? bytes, string reason)
    {
        string path = Path.Combine(_folder, "lost.png");
        if (bytes is not null)
            File.WriteAllBytes(path, bytes);
        var page = XDocument.Parse(new HtmlReport("t", "s").Picture("Grid", "all of them", path).ToHtml());
        Assert.Empty(page.Descendants("img"));
        string section = page.Descendants("section").Single().Value;
        Assert.Contains("all of them", section, StringComparison.Ordinal);
        Assert.Contains("lost.png " + reason, section, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(333)]
    public void A_filmstrip_embeds_at_most_twenty_frames_with_the_first_and_the_last_and_shows_the_last(int count)
    {
        string path = Write("frame.png");
        var page = XDocument.Parse(new HtmlReport("t", "s")
            .Filmstrip("Film", "c", [.. Enumerable.Range(1, count).Select(e => ($"epoch {e}", path))]).ToHtml());
        var frames = page.Descendants("div").Where(d => d.Attribute("class")?.Value == "frame").ToList();
        var epochs = frames.Select(f => int.Parse(f.Value["epoch ".Length..], CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(Math.Min(count, 20), frames.Count);
        Assert.Equal((1, count), (epochs[0], epochs[^1]));
        var gaps = epochs.Zip(epochs.Skip(1), (a, b) => b - a).ToList();
        Assert.True(gaps.Count == 0 || (gaps.Min() >= 1 && gaps.Max() - gaps.Min() <= 1), "evenly chosen");
        Assert.Equal(frames[^1], Assert.Single(frames, f => f.Attribute("hidden") is null));
        // The slider starts where the shown frame is, and needs more than one.
        Assert.Equal(count > 1 ? (frames.Count - 1).ToString(CultureInfo.InvariantCulture) : null,
            page.Descendants("input").SingleOrDefault()?.Attribute("value")?.Value);
        Assert.Equal(count > 1, page.Descendants("noscript").Any());
    }

    [Fact]
    public void A_filmstrip_leaves_out_lost_frames_and_names_them()
    {
        var page = XDocument.Parse(new HtmlReport("t", "s")
            .Filmstrip("Film", "c", [("1", Write("1.png")), ("2", Path.Combine(_folder, "2.png"))]).ToHtml());
        Assert.Single(page.Descendants("img"));
        Assert.Contains("2.png was not found", page.Descendants("section").Single().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 3)]
    [InlineData(5, 5)]
    [InlineData(11, 4)]
    [InlineData(1, 1)]
    public void No_card_is_left_alone_in_its_row(int cards, int across)
    {
        string html = new HtmlReport("Run", "").Figures([.. Enumerable.Range(0, cards).Select(i => ($"figure {i}", $"{i}", (string?)null))]).ToHtml();
        Assert.Contains($"<dl class=\"figures\" style=\"--across: {across}\">", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 30, true, true)]
    [InlineData(2, 30, false, true)]
    [InlineData(100, 3, true, false)]
    [InlineData(2, 3, false, false)]
    public void A_chart_has_the_ways_to_see_it_that_help(double last, int points, bool logarithm, bool smoothing)
    {
        (double, double)[] line = [.. Enumerable.Range(0, points).Select(x => ((double)x, x == points - 1 ? last : 1.0))];
        XElement page = XElement.Parse(new HtmlReport("Run", "").Chart("Loss", "epoch", "nats", new ChartSeries("a", line)).ToHtml().Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        XElement[] inputs = [.. page.Descendants("section").Single().Descendants("input")];
        Assert.Equal((logarithm, smoothing), (inputs.Any(input => input.Attribute("type")?.Value == "checkbox"), inputs.Any(input => input.Attribute("type")?.Value == "range")));
        Assert.Equal(logarithm ? 2 : 1, page.Descendants("div").Count(div => div.Attribute("class")?.Value == "axis"));
    }

    [Fact]
    public void Columns_of_numbers_align_to_the_right()
    {
        var page = XDocument.Parse(new HtmlReport("t", "s")
            .Table("T", ["class", "share", "note"], [["cat", "24.5 %", "3 of 4"], ["dog", "–", "12"]]).ToHtml());
        // No line begins with a percent sign.
        Assert.Equal("24.5\u00A0%", page.Descendants("td").ElementAt(1).Value);
        Assert.Equal([null, "number", null], page.Descendants("thead").Single().Descendants("th").Select(h => h.Attribute("class")?.Value));
    }

    [Fact]
    public void A_row_of_the_wrong_length_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => new HtmlReport("t", "s").Table("Epochs", ["a", "b"], [["1", "2"], ["3"]]));
        Assert.Contains("Row 1 of the table 'Epochs' has 1 cells, its header 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_does_not_depend_on_the_culture()
    {
        string expected = Everything("t").ToHtml();
        var before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            comma.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(expected, Everything("t").ToHtml());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private HtmlReport Everything(string title) => new HtmlReport(title, "twenty epochs")
        .Figures(("Test −ELBO", "102.4 nats", "lower is better"), ("Time", "3 min 16 s", null))
        .Note("The run ended early.")
        .Chart("Loss", "epoch", "nats", new ChartSeries("train", [(1, 201.25), (2, -150.5), (3, double.NaN)]), new ChartSeries("test", [(1, 1234.5)]))
        .Chart("Speed", "epoch", "images/s", new ChartSeries("training", [(1, 0.0001), (2, 12345678)]))
        .Picture("Grid", "caption", Write("a.png"))
        .Filmstrip("Film", "caption", [("epoch 1", Write("b.png")), ("epoch 2", Write("c.png"))])
        .Table("Epochs", ["epoch", "train", "test"], [["1", "201.2", "200.1"]])
        .Table("Settings", ["name", "value"], [["seed", "1"]]);

    private string Write(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Png);
        return path;
    }

    private static byte[] Bytes(XElement image) =>
        Convert.FromBase64String(image.Attribute("src")!.Value["data:image/png;base64,".Length..]);
}
