using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetGen.Onnx;

namespace MLNetGen.Gan;

/// <summary>What a run tells of itself.</summary>
internal static class GanReport
{
    // More points than a chart is wide show no more; each drawn one is the mean of its neighbours.
    private const int MaxPoints = 400;

    public static void Write(string folder, GanHistory history, DcganOnnxFiles files, GenerativeMetrics? test, IReadOnlyList<string>? commandLine)
    {
        JsonObject? figures = JsonSerializer.SerializeToNode(test, RunJson.Options)?.AsObject();
        figures?.Add("frechetDistanceByStep", JsonSerializer.SerializeToNode(history.Quality.ToDictionary(quality => quality.Step, quality => quality.Metrics.FrechetDistance)));
        figures?.Add("generator", history.Settings.Recipe.Averaged ? "averaged" : "last step");
        RunRecord run = RunRecord.Of("gan", history, [("steps", history.Kept), ("averages", history.Averages), ("quality", history.Quality.Count > 0 ? history.Quality : null)], figures, files.Parity, commandLine);
        string? missing = OptionalPicture.Try("the film of the snapshots is missing", () => GanSnapshots.SaveFilm(folder, history.Kept));
        HtmlReport page = Page(folder, history, files, test);
        RunFiles.Write(folder, run, missing is null ? page : page.Note(missing));
    }

    private static HtmlReport Page(string folder, GanHistory history, DcganOnnxFiles files, GenerativeMetrics? test)
    {
        GanSettings settings = history.Settings;
        GanRecipe recipe = settings.Recipe;
        HtmlReport page = RunPage.Of(history, "Generative adversarial network", string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Network}, {recipe.Shape.Channels}×{recipe.Shape.Size}×{recipe.Shape.Size}, latent dimension {recipe.Shape.LatentDimension}, {history.Kept:N0} steps"));
        page.Picture("Training pictures", history.Pictures ?? "", GanSnapshots.TrainingPictures(folder));
        page.Figures(
        [
            .. test is null ? [] : ((string, string, string?)[])
            [
                ("Fréchet distance", Number(test.FrechetDistance), "to held-out pictures; lower is better"),
                ("Coverage", test.Coverage.ToString("P0", CultureInfo.InvariantCulture), "of held-out pictures have a made one near"),
                ("Precision", test.Precision.ToString("P0", CultureInfo.InvariantCulture), "of made pictures lie among real ones"),
                .. test.TwoSample is not { } told ? [] : ((string, string, string?)[])[("Told by a fresh judge", told.Accuracy.ToString("P0", CultureInfo.InvariantCulture), "of unseen pictures, real and made; 50 % is chance")],
            ],
            ("Steps", history.Kept.ToString("N0", CultureInfo.InvariantCulture), $"of {recipe.PicturesPerStep} pictures; {settings.TrainingRows:N0} in all"),
            .. RunPage.Figures(history, "training images a second", files.Parity, "largest difference to the trained networks"),
        ]);
        page.Filmstrip("Made pictures", $"Of the same latent vectors, by the {(recipe.Averaged ? "averaged " : "")}generator, as training went on.", GanSnapshots.UpTo(folder, history.Kept));
        if (Path.Combine(folder, DcganTransformer.NearestPicturesFileName) is var nearest && File.Exists(nearest))
            page.Picture("New, or remembered?", "Made pictures, each over the training picture nearest to it, with their distance.", nearest);
        if (history.Quality.Count > 0)
        {
            page.Chart("Fréchet distance", "step", "to held-out pictures", new ChartSeries("made pictures", Judged(history, m => m.FrechetDistance)));
            page.Chart("Quality and variety", "step", "share",
                new ChartSeries("precision", Judged(history, m => m.Precision)), new ChartSeries("recall", Judged(history, m => m.Recall)), new ChartSeries("coverage", Judged(history, m => m.Coverage)));
        }
        bool critic = recipe.Loss == GanLoss.WassersteinGradientPenalty;
        page.Chart("Losses", "step", recipe.Loss == GanLoss.NonSaturating ? "nats" : "loss", Series("D on real", history, r => r.RealLoss), Series("D on made", history, r => r.FakeLoss), Series("G", history, r => r.GeneratorLoss));
        page.Chart("What the discriminator says", "step", critic ? "sigmoid of the critic's score" : "probability of real",
            Series("D(x), of real pictures", history, r => r.RealProbability), Series("D(G(z)), of made ones", history, r => r.FakeProbability), Series("share told rightly", history, r => r.Accuracy));
        page.Chart("Diversity of the made pictures", "step", "share of the real ones'", Series("spread of made pictures", history, r => r.Diversity));
        page.Chart("Time", "step", "seconds a step", Series("a step", history, r => r.Seconds));
        Draw(page, recipe.Shape, OnnxSummary.Read(files.Generator), OnnxSummary.Read(files.Discriminator));
        if (test is not null)
            page.Table("Judged on held-out pictures", ["figure", "value"], Rows(test, recipe.Averaged, history.Averages[^1].Accuracy));
        return page;
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

    private static (double X, double Y)[] Judged(GanHistory history, Func<GenerativeMetrics, double> figure) =>
        [.. history.Quality.Select(quality => ((double)quality.Step, figure(quality.Metrics)))];

    private static IReadOnlyList<IReadOnlyList<string>> Rows(GenerativeMetrics test, bool averaged, double accuracy) =>
    [
        ["Fréchet distance", Number(test.FrechetDistance)],
        ["kernel distance", string.Create(CultureInfo.InvariantCulture, $"{test.KernelDistance:G3} ± {test.KernelDistanceStandardError:G2}")],
        ["precision, recall", $"{Number(test.Precision)}, {Number(test.Recall)}"],
        ["density, coverage", $"{Number(test.Density)}, {Number(test.Coverage)}"],
        .. test.TwoSample is not { } told ? [] : (string[][])
        [
            ["unseen pictures that a fresh judge tells rightly", string.Create(CultureInfo.InvariantCulture, $"{told.Accuracy:P1} ± {told.StandardError:P1}; 50 % is chance (p = {told.PValue:G2})")],
            ["the same by the run's own discriminator, at its end", string.Create(CultureInfo.InvariantCulture, $"{accuracy:P1}; where this is low and the judge's share high, the discriminator is weak; where both are low, the generator is good")],
        ],
        ["pictures", $"{test.GeneratedCount} made by the {(averaged ? "averaged generator" : "generator of the last step")}, {test.RealCount} held out"],
        ["features", test.Features],
    ];

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static ChartSeries Series(string name, GanHistory history, Func<GanLogRow, double> figure)
    {
        int bin = (history.Rows.Count + MaxPoints - 1) / MaxPoints;
        return new(name, [.. history.Rows.Chunk(Math.Max(bin, 1)).Select(rows => (rows.Average(row => (double)row.Step), rows.Average(figure)))]);
    }
}
