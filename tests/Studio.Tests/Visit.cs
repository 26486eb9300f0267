using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MLNetGen.Tests;

/// <summary>A page in the browser, and what it must never do: fail, break its own policy, or ask anyone else.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static int pictures;

    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    /// <param name="context">Closed at the end.</param>
    /// <param name="page">The page, empty yet.</param>
    /// <param name="own">How the addresses begin that it may ask.</param>
    public Visit(IBrowserContext context, IPage page, params string[] own)
    {
        (this.context, Page) = (context, page);
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            // A refusal that a test asks for is told by the browser too.
            if (message.Type is "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!own.Any(begin => request.Url.StartsWith(begin, StringComparison.Ordinal)))
                complaints.Add($"asked {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Nothing serious by axe, and nothing to complain of so far.</summary>
    public async Task CheckAsync()
    {
        // For eyes, where a folder is named.
        if (Environment.GetEnvironmentVariable("MLNETGEN_STUDIO_PICTURES") is { Length: > 0 } folder)
        {
            Uri at = new(Page.Url);
            string name = at.IsFile ? Path.GetFileName(Path.GetDirectoryName(at.LocalPath))! : at.Fragment.Split('?')[0].Trim('#', '/');
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{++pictures:D2}-{name}-{Page.ViewportSize!.Width}.png"), FullPage = true });
        }
        AxeResult result = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"), ResultTypes = [ResultType.Violations] });
        Assert.Empty(result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{Page.Url} {Page.ViewportSize!.Width} {violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}"));
        Assert.Empty(complaints);
    }

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        Assert.Empty(complaints);
    }
}
