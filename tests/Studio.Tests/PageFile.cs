using Microsoft.Playwright;

namespace MLNetGen.Tests;

/// <summary>A page of one file, opened from disk as its reader does.</summary>
internal static class PageFile
{
    // Pixels.
    private const int SmallestText = 9;

    public static async Task<Visit> OpenAsync(Chromium chromium, string path, BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await chromium.Browser.NewContextAsync(options);
        Visit opened = new(context, await context.NewPageAsync(), "file:", "data:");
        await opened.Page.GotoAsync(new Uri(path).AbsoluteUri);
        return opened;
    }

    /// <summary>Accessible, no wider than the window, drawn with text that can be read and leading to files that are there: on a phone in light colours, on a screen in dark ones.</summary>
    public static async Task CheckAsync(Chromium chromium, string path)
    {
        foreach ((int width, ColorScheme scheme) in (IEnumerable<(int, ColorScheme)>)[(390, ColorScheme.Light), (1280, ColorScheme.Dark)])
        {
            await using Visit opened = await OpenAsync(chromium, path, new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme });
            await opened.CheckAsync();
            Assert.True(await opened.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"wider than {width} pixels");
            string[] tooSmall = await opened.Page.EvaluateAsync<string[]>($$"""
                [...document.querySelectorAll('svg text')].filter(text => text.checkVisibility() && !text.closest('.tip')).flatMap(text => {
                  const matrix = text.getScreenCTM(), size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b);
                  return size >= {{SmallestText}} ? [] : [`${text.textContent}: ${size}`];
                })
                """);
            Assert.Empty(tooSmall);
            string[] targets = await opened.Page.Locator("a[href]").EvaluateAllAsync<string[]>("links => links.map(link => link.href)");
            Assert.All(targets.Select(target => new Uri(target)), target => Assert.True(!target.IsFile || File.Exists(target.LocalPath), $"{target}"));
        }
    }
}
