using System.Globalization;

namespace MLNetGen.Style;

/// <summary>What a run tells of itself.</summary>
internal static class StyleReport
{
    // One round in so many, from the first.
    private const int LeftOut = 10;

    public static void Write(string folder, StyleRun run, double parity, IReadOnlyList<string>? commandLine)
    {
        StyleHistory history = run.History;
        string[] missing = [.. SavePictures(folder, run)];
        RunFiles.Write(folder, RunRecord.Of("style", history, [("rounds", history.Epochs), ("ratioToColourMatched", run.Worst(result => result.Ratio))], ToFigures(run.Results, history.Settings), parity, commandLine), Page(folder, run, parity, missing));
    }

    /// <summary>What <c>metrics.json</c> has of test pictures.</summary>
    public static object ToFigures(IEnumerable<StyleResult> results, StyleSettings settings) => results.Select(result => new
    {
        result.Picture,
        Painting = settings.StyleNames[result.Style],
        result.Terms.Content,
        result.Terms.Style,
        result.Terms.TotalVariation,
        result.Terms.Total,
        ColourMatchedTotal = result.ColourMatched.Total,
        RatioToColourMatched = result.Ratio,
        StyleToColourMatched = result.StyleRatio,
        result.ContentError,
    });

    /// <summary>Those of the worst test picture; none where there is no picture.</summary>
    public static IEnumerable<(string Name, string Value, string? Note)> Figures(IReadOnlyList<StyleResult> results, StyleSettings settings) => results.Count == 0 ? [] :
    [
        ("Loss beside colours alone", Number(results.Max(result => result.Ratio)), "of the same photograph merely given the painting's colours; the worst test picture; lower is better"),
        ("Style beside colours alone", Number(results.Max(result => result.StyleRatio)), "likewise, the style term alone; 1: only the colours"),
        ("Content lost", Number(results.Max(result => result.ContentError)), $"‖Δf‖² / ‖f‖² in {settings.ContentLayer}; the worst test picture; 0: the photograph itself"),
    ];

    /// <summary>The figures of every test picture.</summary>
    public static void AddTable(HtmlReport page, IReadOnlyList<StyleResult> results, StyleSettings settings) => page.Table(
        "Test pictures", ["picture", "style", "content", "style term", "total variation", "loss", "with matched colours alone", "ratio", "style, ratio", "content lost"],
        [
            .. results.Select(result => (IReadOnlyList<string>)
            [
                result.Picture, settings.StyleNames[result.Style], Number(result.Terms.Content), Number(result.Terms.Style), Number(result.Terms.TotalVariation), Number(result.Terms.Total),
                Number(result.ColourMatched.Total), Number(result.Ratio), Number(result.StyleRatio), Number(result.ContentError),
            ]),
        ]);

    /// <summary>Who judges.</summary>
    public static string TaughtBy(StyleSettings settings) => $"Style was taught by {settings.LossNetwork}.";

    /// <summary>A painting as the loss network saw it.</summary>
    public static string PaintingPath(string folder, string name) => Path.Combine(folder, "samples", $"style-{name}.png");

    private static HtmlReport Page(string folder, StyleRun run, double parity, IEnumerable<string> missing)
    {
        StyleHistory history = run.History;
        StyleSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, "Style network", $"{settings.Shape.Network}, {string.Join(", ", settings.StyleNames)}; {history.Epochs[^1].Step:N0} steps of {settings.BatchSize} at {settings.ImageSize}×{settings.ImageSize}");
        foreach (string what in missing) page.Note(what);
        page.Note(TaughtBy(settings));
        page.Figures(
        [
            .. Figures(run.Results, settings),
            .. RunPage.Figures(history, "content pictures a second, in training", parity, "largest difference to the trained network, in grey levels of 255", "F1"),
        ]);
        Pictures(page, folder, run);
        // The first steps' losses are many times the others', of which nothing would be seen beside them.
        int first = history.Epochs.Count / LeftOut;
        string step = first == 0 ? "step" : string.Create(CultureInfo.InvariantCulture, $"step, after the first {history.Epochs[first - 1].Step}");
        foreach ((string title, string unit, Func<StyleLossTerms, double> term) in ((string, string, Func<StyleLossTerms, double>)[])
        [
            ("Loss", "weighted sum", terms => terms.Total), ("Content", "weighted", terms => terms.Content),
            ("Style", "weighted", terms => terms.Style), ("Total variation", "weighted", terms => terms.TotalVariation),
        ])
            page.Chart(title, step, unit, Series("train", history, first, round => term(round.Train)), Series("test pictures", history, first, round => term(round.Test)));
        if (settings.TemporalWeight > 0)
            page.Chart("Temporal", step, "weighted", Series("train", history, first, round => round.Temporal ?? double.NaN));
        if (run.Results.Count > 0)
            AddTable(page, run.Results, settings);
        return page;
    }

    private static void Pictures(HtmlReport page, string folder, StyleRun run)
    {
        foreach (string name in run.History.Settings.StyleNames)
            page.Picture($"The painting: {name}", "As the loss network saw it.", PaintingPath(folder, name));
        foreach ((string name, _) in run.Tests)
        {
            page.Picture(name, run.HasHeldOut ? "The photograph, which was not trained on." : "One of the photographs that were trained on.", StyleSnapshots.PhotographOf(folder, name));
            page.Filmstrip($"{name}, painted", "In the course of training.", [.. StyleSnapshots.Of(folder, name).Select(snapshot => ($"step {snapshot.Step}", snapshot.Path))]);
        }
    }

    // What could not be made is said.
    private static IEnumerable<string> SavePictures(string folder, StyleRun run)
    {
        foreach ((Picture painting, string name) in run.Paintings.Zip(run.History.Settings.StyleNames))
            painting.Save(PaintingPath(folder, name));
        foreach ((string name, Picture picture) in run.Tests)
        {
            picture.Save(StyleSnapshots.PhotographOf(folder, name));
            IReadOnlyList<(int Step, string Path)> snapshots = StyleSnapshots.Of(folder, name);
            if (snapshots.Count < 2 || run.Paintings.Count != 1)
                continue;
            string? missing = OptionalPicture.Try($"the film of {name} is missing", () => StyleSnapshots.SaveAnimation(
                folder, name, picture, snapshots.Select(snapshot => PictureFile.Read(snapshot.Path)).Where(frame => (frame.Width, frame.Height) == (picture.Width, picture.Height))));
            if (missing is not null)
                yield return missing;
        }
    }

    private static ChartSeries Series(string name, StyleHistory history, int first, Func<StyleTransferRound, double> value) =>
        new(name, [.. history.Epochs.Skip(first).Select(round => ((double)round.Step, value(round)))]);

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
