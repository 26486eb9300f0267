using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MLNetGen.Studio;
using static Microsoft.Playwright.Assertions;

namespace MLNetGen.Tests;

[Collection(StudioTests.Name)]
public class PageTests(TrainedModels models, Chromium chromium, StudioProgram program) : IClassFixture<Chromium>, IClassFixture<StudioProgram>
{
    private static readonly string[] Views = ["", "paint", "classify", "latent", "enlarge", "data", "train", "watch", "inside", "here"];

    private FilePayload Moon(string name = "moon.png") => new() { Name = name, MimeType = "image/png", Buffer = models.Moon };

    [ChromiumFact]
    public async Task A_picture_is_painted_and_downloaded()
    {
        await using Visit visit = await OpenAsync("paint");
        await visit.Page.SetInputFilesAsync("input[type=file]", Moon());
        IDownload first = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download", new() { Exact = true }).ClickAsync());
        Assert.Equal("moon-painted.png", first.SuggestedFilename);
        using StyleModel network = StyleModel.Open(models["style"]);
        Picture moon = PictureFile.Read(models.Moon, "moon");
        Assert.Equal(network.Stylize(moon).Pixels, PictureFile.Read(await first.PathAsync()).Pixels);

        // Half as strong, by the keyboard; the address keeps it.
        ILocator strength = visit.Page.GetByLabel("Strength");
        await strength.FocusAsync();
        for (int i = 0; i < 10; i++) await strength.PressAsync("ArrowLeft");
        await Expect(visit.Page).ToHaveURLAsync(EndOf("strength=50"));
        Picture half = network.Stylize(moon, new() { Strength = 0.5 });
        IDownload second = null!;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            second = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download", new() { Exact = true }).ClickAsync());
            byte[] pixels = PictureFile.Read(await second.PathAsync()).Pixels;
            if (half.Pixels.SequenceEqual(pixels))
                break;
            await Task.Delay(250);
        }
        Assert.Equal(half.Pixels, PictureFile.Read(await second.PathAsync()).Pixels);

        await visit.Page.GetByLabel("Between before and after").PressAsync("End");
        await Expect(visit.Page.Locator(".wiper")).ToHaveAttributeAsync("style", new Regex("100%"));
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_picture_is_painted_where_it_is_brushed()
    {
        await using Visit visit = await OpenAsync("paint");
        await visit.Page.SetInputFilesAsync("input[type=file]", Moon());
        await Expect(visit.Page.Locator(".wiper")).ToBeVisibleAsync();
        await visit.Page.GetByText("Only where I brush").ClickAsync();
        // By the keyboard: a mark in the middle.
        ILocator canvas = visit.Page.Locator("canvas.mask");
        await canvas.FocusAsync();
        await canvas.PressAsync("ArrowRight");
        await canvas.PressAsync(" ");
        Picture moon = PictureFile.Read(models.Moon, "moon");
        using StyleModel network = StyleModel.Open(models["style"]);
        Picture whole = network.Stylize(moon);
        int middle = ((16 * 32) + 18) * 3;
        // The corner is the picture's, the middle the painting's.
        await visit.Page.WaitForFunctionAsync(
            """
            ([corner, middle]) => {
              const image = document.querySelector('.wiper img:not(.top)'), canvas = document.createElement('canvas');
              if (!image?.complete || !image.naturalWidth) return false;
              [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0);
              const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3).join();
              return at(0, 0) === corner && at(18, 16) === middle;
            }
            """, new[] { string.Join(',', moon.Pixels.Take(3)), string.Join(',', whole.Pixels.Skip(middle).Take(3)) });
        Assert.NotEqual(moon.Pixels.Take(3), whole.Pixels.Take(3));
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_style_that_comes_with_the_program_is_chosen_by_its_painting()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models["none"] });
        await using Visit visit = await OpenAsync("paint", at: server.Address);
        // By the keyboard, as radio buttons are.
        await visit.Page.GetByLabel("shipwreck").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page.GetByLabel("starry night")).ToBeCheckedAsync();
        await visit.Page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete && image.naturalWidth > 0)");
        await visit.Page.SetInputFilesAsync("input[type=file]", Moon());
        IDownload painted = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download", new() { Exact = true }).ClickAsync());
        using StyleModel network = StyleModel.Open(Path.Combine(new StudioOptions().StylesFolder!, "starry_night.onnx"));
        Assert.Equal(network.Stylize(PictureFile.Read(models.Moon, "moon")).Pixels, PictureFile.Read(await painted.PathAsync()).Pixels);
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_picture_is_pasted()
    {
        await using Visit visit = await OpenAsync("paint");
        await visit.Page.EvaluateAsync(
            """
            bytes => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], 'pasted.png', { type: 'image/png' }));
              dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
            }
            """, Convert.ToBase64String(models.Moon));
        await Expect(visit.Page.Locator(".wiper img").First).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Pictures_are_classified_with_bars_and_a_table()
    {
        await using Visit visit = await OpenAsync("classify");
        await visit.Page.SetInputFilesAsync("input[type=file]", [Moon("one.png"), Moon("=two.png"), new() { Name = "no.png", MimeType = "image/png", Buffer = [1, 2, 3] }]);
        await Expect(visit.Page.Locator(".told li.card")).ToHaveCountAsync(3);
        await Expect(visit.Page.Locator(".told .problem")).ToHaveCountAsync(1);
        Assert.Equal(10, await visit.Page.Locator(".bars li").CountAsync());
        IDownload table = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download as CSV").ClickAsync());
        string[] lines = await File.ReadAllLinesAsync(await table.PathAsync());
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("\"one.png\"", lines[1], StringComparison.Ordinal);
        // No formula of a stranger's.
        Assert.StartsWith("\"'=two.png\"", lines[2], StringComparison.Ordinal);
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task Sliders_change_the_decoded_picture_and_the_address_repeats_a_wall()
    {
        await using Visit visit = await OpenAsync("latent");
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("gan");
        await Expect(visit.Page.Locator(".wall .cell")).ToHaveCountAsync(24);
        string before = await PixelsAsync(visit.Page, "canvas.large");
        // Directions come first, and the numbers themselves are there too.
        ILocator direction = visit.Page.GetByLabel(new Regex("^Direction 1 "));
        await direction.FocusAsync();
        await direction.PressAsync("End");
        await ChangesAsync(visit.Page, "canvas.large", before);
        before = await PixelsAsync(visit.Page, "canvas.large");
        await visit.Page.GetByLabel("Slide along").SelectOptionAsync("code");
        ILocator first = visit.Page.GetByLabel("z1", new() { Exact = true });
        await first.FocusAsync();
        await first.PressAsync("Home");
        await Expect(visit.Page.Locator("canvas.large")).ToBeVisibleAsync();
        await ChangesAsync(visit.Page, "canvas.large", before);

        await visit.Page.GetByLabel("Seed").FillAsync("77");
        await visit.Page.GetByLabel("Seed").PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(EndOf("seed=77"));
        await visit.Page.GetByLabel("Picture 4", new() { Exact = true }).ClickAsync();
        string wall = await PixelsAsync(visit.Page, ".cell:nth-child(5) canvas");
        await visit.Page.GetByText("More like the chosen one").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(EndOf("like=3"));
        await ChangesAsync(visit.Page, ".cell:nth-child(5) canvas", wall);
        string like = await PixelsAsync(visit.Page, ".cell:nth-child(5) canvas");

        await using Visit again = await OpenAsync(new Uri(visit.Page.Url).Fragment[2..]);
        await Expect(again.Page.Locator(".wall .cell")).ToHaveCountAsync(24);
        Assert.Equal(like, await PixelsAsync(again.Page, ".cell:nth-child(5) canvas"));
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task There_is_a_strip_between_two_uploads()
    {
        await using Visit visit = await OpenAsync("latent");
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("vae");
        await visit.Page.GetByLabel("From this picture").SetInputFilesAsync(Moon());
        await visit.Page.GetByLabel("To this picture").SetInputFilesAsync(new FilePayload { Name = "other.png", MimeType = "image/png", Buffer = TrainedModels.Pictures(models.Context.Images.MoonPhases(1, 32, seed: 5))[0].ToPng() });
        await Expect(visit.Page.Locator(".strip .cell")).ToHaveCountAsync(9);
        await visit.Page.GetByText("Make a GIF of it").ClickAsync();
        IDownload gif = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download the GIF").ClickAsync());
        // There and back again: 25 codes, and 23 of them once more.
        using (SkiaSharp.SKCodec codec = SkiaSharp.SKCodec.Create(await gif.PathAsync())) Assert.Equal(48, codec.FrameCount);
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("vae-classes");
        await Expect(visit.Page.GetByLabel("Class")).ToBeVisibleAsync();
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_picture_is_enlarged_and_judged()
    {
        await using Visit visit = await OpenAsync("enlarge");
        await visit.Page.SetInputFilesAsync("input[type=file]", Moon());
        await Expect(visit.Page.Locator(".wiper")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Judge it").CheckAsync();
        await Expect(visit.Page.Locator(".figures dd")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator(".figures dd").First).ToHaveTextAsync(new Regex("^[0-9.]+ dB$"));
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task Runs_are_sorted_filtered_compared_and_seen_live()
    {
        await using Visit visit = await OpenAsync("watch");
        await Expect(visit.Page.Locator("tbody tr label")).ToHaveCountAsync(6);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator("tbody tr label").First).ToHaveTextAsync("vae-classes");
        await visit.Page.GetByLabel("Filter").FillAsync("vae");
        await Expect(visit.Page.Locator("section .scroll").First.Locator("tbody tr")).ToHaveCountAsync(2);
        foreach (string run in (string[])["vae", "vae-classes"]) await visit.Page.GetByLabel(run, new() { Exact = true }).CheckAsync();
        await Expect(visit.Page.Locator(".plot .s2")).ToHaveCountAsync(1);
        await Expect(visit.Page.GetByText("Settings that differ")).ToBeVisibleAsync();
        await visit.Page.Locator(".plot").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Home");
        await Expect(visit.Page.Locator(".tip b").First).ToHaveTextAsync("1");
        await visit.CheckAsync();

        string live = Directory.CreateDirectory(models["vae-live"]).FullName;
        try
        {
            File.WriteAllText(Path.Combine(live, "metrics.json"), """{"family":"vae","isRunning":true,"epochs":[{"epoch":1,"train":{"loss":2.5}}]}""");
            await Expect(visit.Page.GetByLabel("vae-live")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        }
        finally
        {
            Directory.Delete(live, recursive: true);
        }
        await Expect(visit.Page.GetByLabel("vae-live")).ToBeHiddenAsync(new() { Timeout = 15_000 });
    }

    [ChromiumFact]
    public async Task A_training_is_begun_watched_paused_and_gone_on_with()
    {
        await using Visit visit = await OpenAsync("train", at: program.Address);
        await visit.Page.GetByLabel("Kind of model").SelectOptionAsync("vae");
        await visit.Page.GetByLabel("Pictures").SelectOptionAsync("pictures");
        await visit.Page.GetByLabel("network", new() { Exact = true }).SelectOptionAsync("mlp");
        await visit.Page.GetByLabel("epochs", new() { Exact = true }).FillAsync("100000");
        await visit.Page.GetByLabel("latent-dim").FillAsync("2");
        await visit.Page.GetByLabel("batch-size").FillAsync("8");
        await visit.Page.GetByLabel("batch-size").PressAsync("Tab");
        await Expect(visit.Page).ToHaveURLAsync(EndOf("o.batch-size=8"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Begin to train" }).ClickAsync();
        LocatorAssertionsToBeVisibleOptions patience = new() { Timeout = 60_000 };
        // The curve grows while it is looked at.
        await Expect(visit.Page.Locator(".plot path.line").First).ToBeVisibleAsync(patience);
        await visit.CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause: vae" }).ClickAsync();
        await Expect(visit.Page.GetByText("paused", new() { Exact = true })).ToBeVisibleAsync(patience);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Watch" }).Last.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Go on: vae" }).ClickAsync(new() { Timeout = 60_000 });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Stop: vae" }).ClickAsync(new() { Timeout = 60_000 });
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Go on: vae" })).ToBeVisibleAsync(patience);
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_folder_of_pictures_is_looked_through()
    {
        await using Visit visit = await OpenAsync("data", at: program.Address);
        await Expect(visit.Page.Locator(".counts li")).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByText("late/broken.png")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "late" }).ClickAsync();
        await Expect(visit.Page.Locator(".thumbnails canvas")).ToHaveCountAsync(8);
        await visit.Page.GetByLabel("Learn from the first").FillAsync("12");
        await visit.Page.GetByLabel("Learn from the first").PressAsync("Enter");
        await Expect(visit.Page.GetByText("Pictures that are learnt from and held out too: 1")).ToBeVisibleAsync();
        await visit.CheckAsync();
    }

    [ChromiumFact]
    public async Task A_model_is_looked_into()
    {
        await using Visit visit = await OpenAsync("inside");
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("style");
        // Another model was shown first.
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "style.onnx" })).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".layers tbody tr").First).ToBeVisibleAsync();
        int layers = await visit.Page.Locator(".layers tbody tr").CountAsync();
        await Expect(visit.Page.Locator(".graph g").First).ToBeVisibleAsync();
        await visit.Page.GetByText("Weights", new() { Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator(".histogram").First).ToBeVisibleAsync();
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('.kernels img').naturalWidth > 0");
        await visit.CheckAsync();
        await visit.Page.GetByLabel("Also nodes").CheckAsync();
        Assert.True(await visit.Page.Locator(".layers tbody tr").CountAsync() > layers);
        await visit.CheckAsync();
    }

    [BrowserFact]
    public async Task The_browser_computes_what_the_studio_does()
    {
        await using Visit visit = await OpenAsync("here");
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("style");
        await visit.Page.SetInputFilesAsync("input[type=file]", Moon());
        await visit.Page.GetByLabel("Height and width").FillAsync("64");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();
        ILocator compared = visit.Page.Locator(".compared");
        await Expect(compared).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        Assert.InRange(int.Parse((await compared.GetAttributeAsync("data-grey"))!, CultureInfo.InvariantCulture), 0, 1);
        // Both have painted the moon, and not nothing.
        Assert.True(await visit.Page.EvaluateAsync<int>("() => new Set([...document.querySelectorAll('.compared canvas')].flatMap(c => [...c.getContext('2d').getImageData(0, 0, 64, 64).data])).size") > 20);
        await visit.CheckAsync();
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("vae");
        await visit.Page.GetByLabel("Network").SelectOptionAsync("1");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();
        await Expect(compared.First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        foreach (ILocator one in await compared.AllAsync())
            Assert.True(double.Parse((await one.GetAttributeAsync("data-difference"))!, CultureInfo.InvariantCulture) < 1e-3);
        await visit.CheckAsync();
    }

    /// <summary>What is copied runs: Python's is parsed, JavaScript's runs in Node.</summary>
    [BrowserFact]
    public async Task Programs_for_a_model_are_its_own()
    {
        await using Visit visit = await OpenAsync("here");
        await visit.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("style");
        ILocator code = visit.Page.Locator("pre[data-language]");
        await Expect(code).ToHaveCountAsync(3);
        // Another model was shown first.
        await Expect(code.First).ToContainTextAsync("\"style.onnx\"");
        string folder = Directory.CreateTempSubdirectory("mlnetgen-snippets-").FullName;
        try
        {
            File.Copy(Path.Combine(models["style"], "style.onnx"), Path.Combine(folder, "style.onnx"));
            File.WriteAllText(Path.Combine(folder, "snippet.py"), await code.Nth(1).TextContentAsync());
            File.WriteAllText(Path.Combine(folder, "snippet.mjs"), await code.Nth(2).TextContentAsync());
            Assert.Equal("", await OutputAsync("python3", folder, "-m", "py_compile", "snippet.py"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(OnnxRuntimeWeb.Folder!, "node_modules"));
            Assert.Contains("stylized [ 1, 3, 224, 224 ]", await OutputAsync("node", folder, "snippet.mjs"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static async Task<string> OutputAsync(string program, string folder, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            return output + await errors;
        }
    }

    [ChromiumFact]
    public async Task The_page_speaks_chinese()
    {
        await using Visit visit = await OpenAsync("", new() { Locale = "zh-CN" });
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        foreach (string view in Views)
        {
            await visit.Page.GotoAsync($"{models.Server.Address}#/{view}");
            await Expect(visit.Page.Locator("h1")).ToHaveTextAsync(new Regex(@"[\u4e00-\u9fff]"));
        }
        await visit.Page.Locator("#language").SelectOptionAsync("en");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Here or there");
    }

    /// <summary>Every view, light on a phone and dark on a desk: nothing serious by axe, and nothing wider than the screen.</summary>
    [ChromiumTheory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Every_view_is_accessible_and_fits(int width, ColorScheme scheme)
    {
        await using Visit visit = await OpenAsync("", new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        foreach (string view in Views)
        {
            await visit.Page.GotoAsync($"{models.Server.Address}#/{view}");
            await Expect(visit.Page.Locator($"main[data-view='{view}']")).ToHaveCountAsync(1);
            // Light is looked at where there is something to see: in the tests above.
            if (scheme == ColorScheme.Dark)
                await visit.CheckAsync();
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{view} is wider than {width} pixels");
        }
    }

    [ChromiumFact]
    public async Task Every_string_has_both_languages()
    {
        await using Visit visit = await OpenAsync("");
        Assert.Equal("", await visit.Page.EvaluateAsync<string>(
            """
            async () => {
              const source = await (await fetch('strings.js')).text();
              return [...source.matchAll(/^  '?([\w-]+)'?: \[(.*)\],$/gm)]
                .filter(([, key, texts]) => !key.startsWith('train-') && !/^'.*'\s*,\s*'.*[\u4e00-\u9fff].*'$/.test(texts)).map(([, key]) => key).join();
            }
            """));
        string[] keys = await visit.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { has } = await import(new URL('strings.js', location.href)), missing = [];
              for (const file of ['studio', 'ui', 'home', 'paint', 'brush', 'classify', 'latent', 'enlarge', 'data', 'train', 'trainings', 'watch', 'inside', 'graph', 'here', 'api'])
                for (const [, key] of (await (await fetch(`${file}.js`)).text()).matchAll(/\bt\('([\w-]+)'/g)) if (!has(key)) missing.push(key);
              return missing;
            }
            """);
        Assert.Empty(keys);
    }

    private async Task<Visit> OpenAsync(string view, BrowserNewContextOptions? options = null, Uri? at = null)
    {
        at ??= models.Server.Address;
        options ??= new();
        options.Locale ??= "en-GB";
        IBrowserContext context = await chromium.Browser.NewContextAsync(options);
        IPage page = await context.NewPageAsync();
        Visit visit = new(context, page, at.AbsoluteUri, "blob:");
        await page.GotoAsync($"{at}#/{view}");
        await Expect(page.Locator("main[data-view] h1")).ToBeVisibleAsync();
        return visit;
    }

    private static Regex EndOf(string state) => new($"{Regex.Escape(state)}(&|$)");

    private static Task<string> PixelsAsync(IPage page, string canvas) => page.EvaluateAsync<string>("canvas => document.querySelector(canvas).toDataURL()", canvas);

    private static Task ChangesAsync(IPage page, string canvas, string from) =>
        page.WaitForFunctionAsync("([canvas, from]) => document.querySelector(canvas)?.toDataURL() !== from", new[] { canvas, from });
}
