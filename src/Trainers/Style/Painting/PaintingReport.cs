using System.Globalization;

namespace MLNetGen.Style;

/// <summary>The files that a painting leaves.</summary>
internal static class PaintingReport
{
    public const string PictureName = "painting.png", AnimationName = "painting.gif";

    private const string Content = "content.png", Style = "style.png";

    public static void Write(string folder, Painting painting, PaintingPictures pictures, PaintingSettings settings, PaintingSnapshots? snapshots, IReadOnlyList<string>? commandLine)
    {
        painting.Picture.Save(Path.Combine(folder, PictureName));
        pictures.Content?.Save(Path.Combine(folder, Content));
        pictures.Style?.Save(Path.Combine(folder, Style));
        string? missing = OptionalPicture.Try("the film of the painting is missing", () => snapshots?.SaveAnimation(Path.Combine(folder, AnimationName)));
        RunRecord run = new()
        {
            Family = "painting",
            Seed = settings.Seed,
            Settings = settings,
            Seconds = painting.Seconds,
            ImagesPerSecond = painting.Iterations.Count / Math.Max(painting.Seconds, 1e-9),
            Course = [("iterations", painting.Iterations)],
            Test = painting.Terms,
            OnnxParity = null,
            Stopped = painting.Stopped,
            CommandLine = commandLine,
        };
        HtmlReport page = Page(folder, painting, settings, snapshots);
        RunFiles.Write(folder, run, missing is null ? page : page.Note(missing));
    }

    private static HtmlReport Page(string folder, Painting painting, PaintingSettings settings, PaintingSnapshots? snapshots)
    {
        HtmlReport page = new("Painting", $"{settings.Width}×{settings.Height}, judged by {painting.LossNetwork}, {painting.Iterations.Count} iterations of {(settings.Optimizer == PaintingOptimizer.Lbfgs ? "L-BFGS" : "Adam")}");
        if (settings.Underpainting > 0) page.Note($"From noise: the first {settings.Underpainting} iterations were steps of Adam, which make the contrast that L-BFGS needs.");
        if (painting.Stopped is { } why) page.Note(why);
        page.Figures(
            ("Loss", Number(painting.Terms.Total), "the weighted terms together; lower is better"),
            ("Content", Number(painting.Terms.Content), $"in {settings.ContentLayer}"),
            ("Style", Number(painting.Terms.Style), string.Join(", ", settings.StyleLayers.Keys)),
            ("Total variation", Number(painting.Terms.TotalVariation), "how rough it is"),
            ("Time", TimeSpan.FromSeconds(painting.Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), null));
        page.Picture("The painting", "", Path.Combine(folder, PictureName));
        if (snapshots is not null) page.Filmstrip("How it came about", "The picture after so many iterations.", snapshots.Frames);
        if (settings.Weights.Content > 0) page.Picture("The photograph", "", Path.Combine(folder, Content));
        if (settings.Weights.Style > 0) page.Picture("The style", "As large as it was compared.", Path.Combine(folder, Style));
        page.Chart("The three terms", "iteration", "weighted loss", Series(painting, 0));
        // The first ones dwarf all others.
        page.Chart("The three terms, second half", "iteration", "weighted loss", Series(painting, painting.Iterations.Count / 2));
        return page;
    }

    private static ChartSeries[] Series(Painting painting, int from) =>
    [
        Line("content", painting, from, terms => terms.Content),
        Line("style", painting, from, terms => terms.Style),
        Line("total variation", painting, from, terms => terms.TotalVariation),
    ];

    private static ChartSeries Line(string name, Painting painting, int from, Func<StyleLossTerms, double> value) =>
        new(name, [.. painting.Iterations.Index().Skip(from).Select(one => (one.Index + 1.0, value(one.Item)))]);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}

/// <summary>The settings that repeat a painting, as <c>run.json</c> and <c>metrics.json</c> keep them.</summary>
internal sealed record PaintingSettings
{
    public required int Seed { get; init; }
    public required string LossNetwork { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string LossNetworkHash { get; init; }
    public required string ContentLayer { get; init; }
    public required IReadOnlyDictionary<string, double> StyleLayers { get; init; }
    public required StyleWeights Weights { get; init; }
    public required PaintingOptimizer Optimizer { get; init; }
    public required double LearningRate { get; init; }
    public required int Iterations { get; init; }

    /// <summary>How many of them are steps of Adam before L-BFGS begins.</summary>
    public required int Underpainting { get; init; }
    public required string Start { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public required double StyleScale { get; init; }
    public required KeptColors KeptColors { get; init; }
    public required bool Mask { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }
}
