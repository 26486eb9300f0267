using System.Globalization;
using MLNetGen.Export;

namespace MLNetGen.Gan;

/// <summary>The files that tell of a run: <c>metrics.json</c> for programs, <c>run.json</c> to repeat it, <c>report.html</c> for people.</summary>
internal static class GanReport
{
    // More points than a chart is wide show no more; each drawn one is the mean of its neighbours.
    private const int MostPoints = 400;

    public static void Write(string folder, GanHistory history, DcganOnnxFiles files, IReadOnlyList<string>? commandLine)
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
            OnnxParity = files.Parity,
            Warnings = history.Warnings.Count > 0 ? history.Warnings : null,
            history.Stopped,
        });
        RunJson.Write(Path.Combine(folder, "run.json"), new { Family = "gan", Command = commandLine, history.Settings });
        SafeFile.WriteAllText(Path.Combine(folder, "report.html"), Html(folder, history, files, versions));
    }

    private static string Html(string folder, GanHistory history, DcganOnnxFiles files, IReadOnlyDictionary<string, string> versions)
    {
        GanFilm.Save(folder, history.Step);
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
            ("Steps", history.Step.ToString("N0", CultureInfo.InvariantCulture), $"of {recipe.PicturesPerStep} pictures; {settings.TrainingRows:N0} in all"),
            ("Speed", Speed(history).ToString("N0", CultureInfo.InvariantCulture), "training images a second"),
            ("Training time", TimeSpan.FromSeconds(history.Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), null),
            ("ONNX parity", files.Parity.ToString("G2", CultureInfo.InvariantCulture), "largest difference to the trained networks"));
        page.Filmstrip("Made pictures", "Of the same latent vectors, by the averaged generator, as training went on.", GanSnapshots.In(folder, history.Step));
        page.Chart("Losses", "step", "nats", Series("D on real", history, r => r.RealLoss), Series("D on made", history, r => r.FakeLoss), Series("G", history, r => r.GeneratorLoss));
        page.Chart("What the discriminator says", "step", "probability of real",
            Series("D(x), of real pictures", history, r => r.RealProbability), Series("D(G(z)), of made ones", history, r => r.FakeProbability), Series("share told rightly", history, r => r.Accuracy));
        page.Chart("Diversity of the made pictures", "step", "share of the real ones'", Series("spread of made pictures", history, r => r.Diversity));
        page.Chart("Time", "step", "seconds a step", Series("a step", history, r => r.Seconds));
        Draw(page, recipe.Shape, OnnxSummary.Read(files.Generator), OnnxSummary.Read(files.Discriminator));
        page.Table("Settings", ["setting", "value"], RunSettings.ToRows(settings));
        page.Table("Versions", ["part", "version"], [.. versions.Select(v => (IReadOnlyList<string>)[v.Key, v.Value])]);
        return page.ToHtml();
    }

    private static void Draw(HtmlReport page, GanShape shape, OnnxSummary generator, OnnxSummary discriminator)
    {
        long[] latent = [shape.LatentDimension], picture = [shape.Channels, shape.Size, shape.Size];
        string Parameters(OnnxSummary network) => string.Create(CultureInfo.InvariantCulture, $"{network.Parameters:N0} parameters");
        page.Diagram("Generator", $"{Parameters(generator)}. Under each block its output's shape, its layers and their parameters; a block is as high as the feature map and as deep as its channels.",
            NetworkDiagram.Blocks("latent vector z", latent, NetworkStage.Of(generator)));
        page.Diagram("Discriminator", $"{Parameters(discriminator)}. In the files its sigmoid gives a probability; in training it is part of the loss.",
            NetworkDiagram.Blocks("picture", picture, NetworkStage.Of(discriminator)));
        page.Diagram("Both together", "The discriminator learns to tell made pictures from training pictures, the generator to be taken for one of these.",
            NetworkDiagram.Flow(
                [("z", $"{shape.LatentDimension} numbers"), ("Generator", Parameters(generator)), ("Discriminator", Parameters(discriminator)), ("Realness", "0 to 1")],
                [$"{shape.LatentDimension}", string.Join('×', picture), "1"],
                (2, "Training pictures", string.Join('×', picture))));
    }

    private static double Speed(GanHistory history)
    {
        double[] seconds = [.. history.Rows.Select(row => row.Seconds).Order()];
        return seconds.Length == 0 ? 0 : history.Settings.Recipe.PicturesPerStep / seconds[seconds.Length / 2];
    }

    private static ChartSeries Series(string name, GanHistory history, Func<GanLogRow, double> figure)
    {
        int bin = (history.Rows.Count + MostPoints - 1) / MostPoints;
        return new(name, [.. history.Rows.Chunk(Math.Max(bin, 1)).Select(rows => (rows.Average(row => (double)row.Step), rows.Average(figure)))]);
    }
}
