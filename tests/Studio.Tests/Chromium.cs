using Microsoft.Playwright;

namespace MLNetGen.Tests;

/// <summary>A test in Debian's Chromium, skipped where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.ReasonToSkip;
}

/// <summary>A theory in it.</summary>
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.ReasonToSkip;
}

/// <summary>One browser for all tests of the page; Playwright is never asked for one of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;

    public static string? ReasonToSkip => File.Exists(BrowserPage.Program) ? null : $"there is no {BrowserPage.Program}: './mlnetgen setup --peers' installs it";

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (ReasonToSkip is not null)
            return;
        playwright = await Playwright.CreateAsync();
        // A machine that does other things besides is slow, and not wrong.
        Assertions.SetDefaultExpectTimeout(30_000);
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserPage.Program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}
