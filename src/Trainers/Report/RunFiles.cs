using System.Globalization;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>The files that tell of a run: <c>metrics.json</c> for programs, <c>run.json</c> to repeat it, <c>report.html</c> for people.</summary>
internal static class RunFiles
{
    /// <param name="folder">Where they go.</param>
    /// <param name="run">What happened.</param>
    /// <param name="page">The family's own part of the report; tables of settings and versions are added to its end.</param>
    public static void Write(string folder, RunRecord run, HtmlReport page)
    {
        IReadOnlyDictionary<string, string> versions = RunVersions.Current();
        RunJson.Write(Path.Combine(folder, "metrics.json"), Metrics(run, versions));
        RunJson.Write(Path.Combine(folder, "run.json"), new { run.Family, Command = run.CommandLine, run.Settings });
        page.Table("Settings", ["setting", "value"], RunSettings.ToRows(run.Settings));
        page.Table("Versions", ["part", "version"], [.. versions.Select(v => (IReadOnlyList<string>)[v.Key, v.Value])]);
        SafeFile.WriteAllText(Path.Combine(folder, "report.html"), page.ToHtml());
    }

    // The same keys in the same order for every family; a dictionary writes nulls, so those are left out here.
    private static OrderedDictionary<string, object> Metrics(RunRecord run, IReadOnlyDictionary<string, string> versions)
    {
        OrderedDictionary<string, object> metrics = new(StringComparer.Ordinal);
        foreach ((string key, object? value) in ((string, object?)[])
        [
            ("family", run.Family),
            ("seed", run.Seed),
            ("settings", run.Settings),
            ("versions", versions),
            ("seconds", run.Seconds),
            ("imagesPerSecond", run.ImagesPerSecond),
            .. run.Course,
            ("test", run.Test),
            ("onnxParity", run.OnnxParity),
            ("warnings", run.Warnings.Count > 0 ? run.Warnings : null),
            ("stopped", run.Stopped),
        ])
        {
            if (value is not null)
                metrics.Add(key, value);
        }
        return metrics;
    }
}

/// <summary>What every family's run tells of itself.</summary>
internal sealed record RunRecord
{
    public required string Family { get; init; }

    public required int Seed { get; init; }

    /// <summary>The family's record of settings.</summary>
    public required object Settings { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Training pictures a second.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>How it went, under keys of the family's own: <c>epochs</c> in most. Those without a value are left out.</summary>
    public required IReadOnlyList<(string Key, object? Value)> Course { get; init; }

    /// <summary>Figures on rows that the network did not learn from; null where there are none.</summary>
    public object? Test { get; init; }

    /// <summary>How far the ONNX files are from the trained modules; null where there are none.</summary>
    public required object? OnnxParity { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why training ended early by itself.</summary>
    public string? Stopped { get; init; }

    /// <summary>What was typed to start it.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>What a training run tells.</summary>
    public static RunRecord Of(string family, RunHistory history, IReadOnlyList<(string Key, object? Value)> course, object? test, object? onnxParity, IReadOnlyList<string>? commandLine) => new()
    {
        Family = family,
        Seed = history.RunSettings.Seed,
        Settings = history.RunSettings,
        Seconds = history.Seconds,
        ImagesPerSecond = history.ImagesPerSecond,
        Course = course,
        Test = test,
        OnnxParity = onnxParity,
        Warnings = history.Warnings,
        Stopped = history.Stopped,
        CommandLine = commandLine,
    };
}

/// <summary>What the pages of all training runs begin with.</summary>
internal static class RunPage
{
    /// <summary>Under the drawing of a network.</summary>
    public const string HowToRead = "Under each block its output's shape, its layers and their parameters; a block is as high as the feature map and as deep as its channels.";

    /// <summary>A page with what went wrong, if anything did.</summary>
    public static HtmlReport Of(RunHistory history, string title, string subtitle)
    {
        HtmlReport page = new(title, subtitle);
        if (history.Stopped is { } why)
            page.Note(why);
        foreach (string warning in history.Warnings) page.Note(warning);
        return page;
    }

    /// <summary>How large a network is.</summary>
    public static string Parameters(OnnxSummary network) => string.Create(CultureInfo.InvariantCulture, $"{network.Parameters:N0} parameters");

    /// <summary>Draws a network.</summary>
    /// <param name="page">The page.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="network">Its file.</param>
    /// <param name="inputName">What it takes.</param>
    /// <param name="input">The shape of that.</param>
    /// <param name="note">What is to be known of it; null: how to read the drawing.</param>
    /// <param name="stages">Its stages; null: the file's.</param>
    public static void Network(this HtmlReport page, string title, OnnxSummary network, string inputName, IReadOnlyList<long> input, string? note = null, IReadOnlyList<NetworkStage>? stages = null) =>
        page.Diagram(title, $"{Parameters(network)}. {note ?? HowToRead}", NetworkDiagram.Blocks(inputName, input, stages ?? NetworkStage.Of(network)));

    /// <summary>Draws how a family's two networks work together: see <see cref="NetworkDiagram.Flow"/>.</summary>
    public static void BothTogether(
        this HtmlReport page, string caption, IReadOnlyList<(string Name, string Note)> boxes, IReadOnlyList<string> arrows, (int At, string Name, string Arrow)? beside = null) =>
        page.Diagram("Both together", caption, NetworkDiagram.Flow(boxes, arrows, beside));

    /// <summary>"1 epoch", "20 epochs".</summary>
    public static string Epochs(int count) => count == 1 ? "1 epoch" : Html.Invariant($"{count} epochs");

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Speed, time, and how near the ONNX files are.</summary>
    /// <param name="history">The run.</param>
    /// <param name="speed">What the speed counts.</param>
    /// <param name="parity">The greatest difference.</param>
    /// <param name="difference">What that is a difference of.</param>
    /// <param name="speedFormat">How the speed is written.</param>
    public static IEnumerable<(string Name, string Value, string? Note)> Figures(RunHistory history, string speed, double parity, string difference, string speedFormat = "N0") =>
        [.. Pace(history, speed, speedFormat), ("ONNX parity", Text(parity, "G2"), difference)];

    /// <summary>Speed and time; nothing before the first epoch, or where there was nothing to train.</summary>
    public static IEnumerable<(string Name, string Value, string? Note)> Pace(RunHistory history, string speed, string speedFormat = "N0") => history.Rounds.Count == 0 ? [] :
    [
        ("Speed", Text(history.ImagesPerSecond, speedFormat), speed),
        ("Training time", TimeSpan.FromSeconds(history.Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), null),
    ];
}

/// <summary>Figures and pictures of a run's epochs on its page.</summary>
internal static class EpochCharts
{
    /// <summary>Adds curves over the epochs; those that no epoch has a value of are left out, and so is the chart where that are all.</summary>
    public static void Curves<TEpoch>(this HtmlReport page, IReadOnlyList<TEpoch> epochs, string title, string unit, params IEnumerable<(string Name, Func<TEpoch, double?> Value)> curves)
    {
        ChartSeries[] all = [.. curves.Select(curve => new ChartSeries(curve.Name, [.. epochs.Select((epoch, i) => (i + 1.0, curve.Value(epoch) ?? double.NaN))]))];
        if (all.Where(series => series.Points.Any(point => double.IsFinite(point.Y))).ToArray() is { Length: > 0 } known)
            page.Chart(title, "epoch", unit, known);
    }

    /// <summary>Adds a picture, where its file is there.</summary>
    public static void PictureWhereMade(this HtmlReport page, string title, string caption, string pngPath)
    {
        if (File.Exists(pngPath))
            page.Picture(title, caption, pngPath);
    }

    /// <summary>Adds the sheet of made pictures over their nearest training pictures, where it is there.</summary>
    public static void NearestPictures(this HtmlReport page, string folder) => page.PictureWhereMade(
        "New, or remembered?", "Made pictures, each over the training picture nearest to it, with their distance.", Path.Combine(folder, MLNetGen.NearestPictures.ReportFileName));

    /// <summary>Adds the pictures that were left after the epochs, where there are any.</summary>
    /// <param name="page">The page.</param>
    /// <param name="epochs">How many.</param>
    /// <param name="folder">Where the run left its files.</param>
    /// <param name="kind">The pictures' folder in it.</param>
    /// <param name="title">What stands above them.</param>
    /// <param name="caption">What is to be seen.</param>
    public static void Snapshots(this HtmlReport page, int epochs, string folder, string kind, string title, string caption) => page.Filmstrip(title, caption,
    [
        .. Enumerable.Range(1, epochs).Select(epoch => ($"epoch {epoch}", TrainingTask.SnapshotPath(folder, epoch, kind))).Where(frame => File.Exists(frame.Item2)),
    ]);
}

/// <summary>The speed that a report tells of a run: one slow epoch, beside other work, does not change it.</summary>
internal static class MedianSpeed
{
    /// <summary>The middle one, of an even number the faster of the two; 0 where there is none.</summary>
    public static double Of(IEnumerable<double> speeds)
    {
        double[] sorted = [.. speeds.Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
