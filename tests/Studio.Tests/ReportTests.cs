using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLNetGen.Tests;

/// <summary>The pages that training leaves, opened from disk as their readers do.</summary>
[Collection(StudioTests.Name)]
public class ReportTests(TrainedModels models, Chromium chromium) : IClassFixture<Chromium>
{
    // From 1000 down to 33.3.
    private static readonly double[] Falling = [.. Enumerable.Range(1, 30).Select(i => 1000.0 / i)];

    [ChromiumTheory]
    [InlineData("vae")]
    [InlineData("vae-classes")]
    [InlineData("gan")]
    [InlineData("classifier")]
    [InlineData("style")]
    [InlineData("sharp")]
    public Task A_report_is_accessible_and_fits(string run) => PageFile.CheckAsync(chromium, Path.Combine(models[run], "report.html"));

    [ChromiumFact]
    public async Task A_chart_tells_the_values_of_the_place_that_is_pointed_at()
    {
        await using Visit report = await OpenAsync(Chart());
        ILocator column = report.Page.Locator(".axis:visible svg:visible .at").Nth(9), tip = column.Locator(".tip");
        await Expect(tip).ToHaveCSSAsync("opacity", "0");
        await column.Locator(".hit").HoverAsync();
        await Expect(tip).ToHaveCSSAsync("opacity", "1");
        Assert.Equal(["step 10", "loss", "100", "double", "200"], await tip.Locator("text").AllTextContentsAsync());
    }

    [ChromiumFact]
    public async Task A_chart_is_seen_by_its_logarithm_and_stays_so_when_the_page_is_read_again()
    {
        await using Visit report = await OpenAsync(Chart());
        // The tenth of the values 1000 / i is 100; how far it is from the first to the last.
        Assert.Equal((1000.0 - 100) / (1000 - (1000.0 / 30)), await WayAsync(report.Page), 1e-3);
        await report.Page.GetByLabel("logarithm").CheckAsync();
        Assert.Equal(Math.Log(10) / Math.Log(30), await WayAsync(report.Page), 1e-3);
        await report.Page.ReloadAsync();
        await Expect(report.Page.GetByLabel("logarithm")).ToBeCheckedAsync();
        Assert.Equal(Math.Log(10) / Math.Log(30), await WayAsync(report.Page), 1e-3);
    }

    [ChromiumFact]
    public async Task A_chart_is_smoothed_by_an_exponential_moving_average()
    {
        await using Visit report = await OpenAsync(Chart());
        double[] points = await PointsAsync(report.Page, "path.line");
        await report.Page.GetByLabel("smoothing").FillAsync("0.9");
        // Kingma and Ba's: the sum of all points so far, each weighing 0.9 of the next, by the sum of the weights.
        double[] expected = [.. points.Select((_, last) => Enumerable.Range(0, last + 1).Sum(i => Math.Pow(0.9, last - i) * points[i]) / Enumerable.Range(0, last + 1).Sum(i => Math.Pow(0.9, last - i)))];
        double[] drawn = await PointsAsync(report.Page, "path.smooth");
        Assert.Equal(expected.Length, drawn.Length);
        Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 0.011));
        await report.Page.GetByLabel("smoothing").FillAsync("0");
        await Expect(report.Page.Locator("path.smooth")).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task The_page_of_a_run_that_goes_on_is_read_again_until_that_is_switched_off()
    {
        string path = Path.Combine(models.Folder, $"{Guid.NewGuid():N}.html");
        new HtmlReport("first", "") { RefreshSeconds = 1 }.Save(path);
        await using Visit report = await OpenAsync(path);
        new HtmlReport("second", "") { RefreshSeconds = 1 }.Save(path);
        await Expect(report.Page.Locator("h1")).ToHaveTextAsync("second");
        await report.Page.GetByLabel("read again").UncheckAsync();
        new HtmlReport("third", "").Save(path);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await Expect(report.Page.Locator("h1")).ToHaveTextAsync("second");
    }

    [ChromiumFact]
    public async Task A_table_wider_than_a_phone_has_a_shadow_where_there_is_more_of_it()
    {
        string path = Path.Combine(models.Folder, $"{Guid.NewGuid():N}.html");
        string[] header = [.. Enumerable.Range(1, 12).Select(i => $"column {i}")];
        new HtmlReport("t", "s").Table("Wide", header, [header, header, header]).Table("Small", ["a", "b"], [["1", "2"]]).Save(path);
        await using Visit report = await PageFile.OpenAsync(chromium, path, new() { ViewportSize = new() { Width = 390, Height = 800 } });
        ILocator wide = report.Page.GetByRole(AriaRole.Region, new() { Name = "Wide" });
        (double left, double right) = await EdgesAsync(wide);
        Assert.True(left > right + 10, $"{left} {right}");
        await wide.EvaluateAsync("table => table.scrollLeft = table.scrollWidth");
        (left, right) = await EdgesAsync(wide);
        Assert.True(right > left + 10, $"{left} {right}");
        (left, right) = await EdgesAsync(report.Page.GetByRole(AriaRole.Region, new() { Name = "Small" }));
        Assert.Equal(left, right, 1.0);
    }

    // How bright the outermost pixels of the foot of a table are, where no text is.
    private static async Task<(double Left, double Right)> EdgesAsync(ILocator table)
    {
        Picture picture = PictureFile.Read(await table.ScreenshotAsync(), "table");
        return (Grey(0), Grey(picture.Width - 1));

        double Grey(int x) => Enumerable.Range(1, 3).Average(up => (double)picture.Pixels[(((picture.Height - 1 - up) * picture.Width) + x) * picture.Channels]);
    }

    private string Chart()
    {
        string path = Path.Combine(models.Folder, $"{Guid.NewGuid():N}.html");
        new HtmlReport("t", "s").Chart("Loss", "step", "", new ChartSeries("loss", [.. Falling.Select((y, i) => (i + 1.0, y))]), new ChartSeries("double", [.. Falling.Select((y, i) => (i + 1.0, 2 * y))])).Save(path);
        return path;
    }

    // Where the first line's tenth point lies: at 0 the first, at 1 the last.
    private static async Task<double> WayAsync(IPage page)
    {
        double[] points = await PointsAsync(page, "path.line");
        return (points[9] - points[0]) / (points[^1] - points[0]);
    }

    // How far down a line's points lie.
    private static async Task<double[]> PointsAsync(IPage page, string path)
    {
        string drawn = (await page.Locator($".axis:visible svg:visible {path}").First.GetAttributeAsync("d"))!;
        return [.. drawn[1..].Split('L').Select(point => double.Parse(point.Split(' ')[1], CultureInfo.InvariantCulture))];
    }

    private Task<Visit> OpenAsync(string path) => PageFile.OpenAsync(chromium, path);
}
