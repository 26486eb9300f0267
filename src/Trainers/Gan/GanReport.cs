using System.Globalization;

namespace MLNetGen.Gan;

/// <summary>The files that tell of a run: <c>metrics.json</c> for programs, <c>run.json</c> to repeat it, <c>report.html</c> for people.</summary>
internal static class GanReport
{
    // More points than a chart is wide show no more; each drawn one is the mean of its neighbours.
    private const int MostPoints = 400;

    public static void Write(string folder, GanHistory history, double parity, IReadOnlyList<string>? commandLine)
    {
        IReadOnlyDictionary<string, string> versions = RunVersions.Current();
        RunJson.Write(Path.Combine(folder, "metrics.json"), new
        {
            Family = "gan",
            history.Settings.Seed,
            history.Settings,
            Versions = versions,
            history.Seconds,
            ImagesPerSecond = Speed(history),
            history.Averages,
            OnnxParity = parity,
            Warnings = history.Warnings.Count > 0 ? history.Warnings : null,
            history.Stopped,
        });
        RunJson.Write(Path.Combine(folder, "run.json"), new { Family = "gan", Command = commandLine, history.Settings });
        SafeFile.WriteAllText(Path.Combine(folder, "report.html"), Html(folder, history, parity, versions));
    }

    private static string Html(string folder, GanHistory history, double parity, IReadOnlyDictionary<string, string> versions)
    {
        GanSettings settings = history.Settings;
        GanRecipe recipe = settings.Recipe;
        HtmlReport page = new("Generative adversarial network", string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Network}, {recipe.Shape.Channels}×{recipe.Shape.Size}×{recipe.Shape.Size}, latent dimension {recipe.Shape.LatentDimension}, {history.Step:N0} steps"));
        if (history.Stopped is { } why)
            page.Note(why);
        foreach (string warning in history.Warnings) page.Note(warning);
        page.Picture("Training pictures", history.Pictures ?? "", GanSnapshots.TrainingPictures(folder));
        page.Figures(
            ("Steps", history.Step.ToString("N0", CultureInfo.InvariantCulture), $"of {recipe.BatchSize} pictures; {settings.TrainingRows:N0} in all"),
            ("Speed", Speed(history).ToString("N0", CultureInfo.InvariantCulture), "training images a second"),
            ("Training time", TimeSpan.FromSeconds(history.Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), null),
            ("ONNX parity", parity.ToString("G2", CultureInfo.InvariantCulture), "largest difference to the trained networks"));
        page.Filmstrip("Made pictures", "Of the same latent vectors, by the averaged generator, as training went on.", GanSnapshots.In(folder, history.Step));
        page.Chart("Losses", "step", "nats", Series("D on real", history, r => r.RealLoss), Series("D on made", history, r => r.FakeLoss), Series("G", history, r => r.GeneratorLoss));
        page.Chart("What the discriminator says", "step", "probability of real",
            Series("D(x), of real pictures", history, r => r.RealProbability), Series("D(G(z)), of made ones", history, r => r.FakeProbability), Series("share told rightly", history, r => r.Accuracy));
        page.Chart("Diversity of the made pictures", "step", "share of the real ones'", Series("spread of made pictures", history, r => r.Diversity));
        page.Chart("Time", "step", "seconds a step", Series("a step", history, r => r.Seconds));
        page.Table("Settings", ["setting", "value"], RunSettings.ToRows(settings));
        page.Table("Versions", ["part", "version"], [.. versions.Select(v => (IReadOnlyList<string>)[v.Key, v.Value])]);
        return page.ToHtml();
    }

    private static double Speed(GanHistory history)
    {
        double[] seconds = [.. history.Rows.Select(row => row.Seconds).Order()];
        return seconds.Length == 0 ? 0 : history.Settings.Recipe.BatchSize / seconds[seconds.Length / 2];
    }

    private static ChartSeries Series(string name, GanHistory history, Func<GanLogRow, double> figure)
    {
        int bin = (history.Rows.Count + MostPoints - 1) / MostPoints;
        return new(name, [.. history.Rows.Chunk(Math.Max(bin, 1)).Select(rows => (rows.Average(row => (double)row.Step), rows.Average(figure)))]);
    }
}
