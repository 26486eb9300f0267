using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetGen.Evaluation;
using MLNetGen.Onnx;

namespace MLNetGen.Gan;

/// <summary>What a run tells of itself.</summary>
internal static class GanReport
{
    public static void Write(string folder, GanHistory history, GanCourse course, OnnxFiles files, GenerativeMetrics? test, IReadOnlyList<string>? commandLine)
    {
        GanRecipe recipe = history.Settings.Recipe;
        double parity = DcganPipeline.ParityOf(files);
        JsonObject? figures = JsonSerializer.SerializeToNode(test, RunJson.Options)?.AsObject();
        figures?.Add("kernelDistanceByStep", JsonSerializer.SerializeToNode(course.Quality.ToDictionary(quality => quality.Step, quality => quality.Metrics.KernelDistance)));
        figures?.Add("generator", recipe.Averaged ? "averaged" : "last step");
        RunRecord run = RunRecord.Of("gan", history,
            [("steps", history.Kept), ("averages", history.Epochs), ("quality", course.Quality.Count > 0 ? course.Quality : null)], figures, parity, commandLine);

        (int Step, string Path)[] samples = [.. GanCourse.Samples(folder).All.Where(sample => sample.Number <= history.Kept)];
        HtmlReport page = RunPage.Of(history, "Generative adversarial network", $"{history.Settings.Describe()}, {RunPage.Text(history.Kept, "N0")} steps");
        page.Picture("Training pictures", history.Pictures ?? "", TrainingPictures.PathIn(folder));
        GenerativePage.AddTo(page, test,
        [
            ("Steps", RunPage.Text(history.Kept, "N0"), $"of {recipe.PicturesPerStep} pictures; {history.Settings.TrainingRows:N0} in all"),
            .. RunPage.Figures(history, "training images a second", parity, "largest difference to the trained networks"),
        ]);
        page.Filmstrip("Made pictures",
            $"Of the same latent vectors, by the {(recipe.Averaged ? "averaged " : "")}generator, as training went on.", [.. samples.Select(sample => ($"step {sample.Step}", sample.Path))]);
        page.NearestPictures(folder);
        if (course.Quality.Count > 0)
        {
            page.Chart("Kernel distance", "step", "to held-out pictures", Judged("made pictures", metrics => metrics.KernelDistance));
            page.Chart("Quality and variety", "step", "share",
                Judged("precision", metrics => metrics.Precision), Judged("recall", metrics => metrics.Recall), Judged("coverage", metrics => metrics.Coverage));
        }
        page.Chart("Losses", "step", recipe.Loss == GanLoss.NonSaturating ? "nats" : "loss",
            Series("D on real", row => row.RealLoss), Series("D on made", row => row.FakeLoss), Series("G", row => row.GeneratorLoss));
        page.Chart("What the discriminator says", "step", recipe.Loss == GanLoss.WassersteinGradientPenalty ? "sigmoid of the critic's score" : "probability of real",
            Series("D(x), of real pictures", row => row.RealProbability), Series("D(G(z)), of made ones", row => row.FakeProbability),
            Series("share told rightly", row => row.Accuracy));
        page.Chart("Diversity of the made pictures", "step", "share of the real ones'", Series("spread of made pictures", row => row.Diversity));
        page.Chart("Time", "step", "seconds a step", Series("a step", row => row.Seconds));
        Draw(page, recipe.Shape, OnnxSummary.Read(files[DcganPipeline.GeneratorFile]), OnnxSummary.Read(files[DcganPipeline.DiscriminatorFile]));
        if (test is not null)
            page.Table(GenerativePage.Judged, ["figure", "value"],
                GenerativePage.Rows(test, recipe.Averaged ? "averaged generator" : "generator of the last step", history.Epochs[^1].Accuracy));
        if (SnapshotFilm.Save(folder, samples) is { } missing)
            page.Note(missing);
        RunFiles.Write(folder, run, page);

        ChartSeries Judged(string name, Func<GenerativeMetrics, double> figure) =>
            new(name, [.. course.Quality.Select(quality => ((double)quality.Step, figure(quality.Metrics)))]);

        ChartSeries Series(string name, Func<GanLogRow, double> figure) => ChartSeries.Averaged(name, course.Rows, row => row.Step, figure);
    }

    private static void Draw(HtmlReport page, GanShape shape, OnnxSummary generator, OnnxSummary discriminator)
    {
        long[] latent = [shape.LatentDimension], picture = [shape.Channels, shape.Size, shape.Size];
        page.Network("Generator", generator, "latent vector z", latent);
        page.Network("Discriminator", discriminator, "picture", picture, "In the files its sigmoid gives a probability; in training it is part of the loss.");
        page.BothTogether("The discriminator learns to tell made pictures from training pictures, the generator to be taken for one of these.",
            [("z", $"{shape.LatentDimension} numbers"), ("Generator", RunPage.Parameters(generator)), ("Discriminator", RunPage.Parameters(discriminator)), ("Realness", "0 to 1")],
            [$"{shape.LatentDimension}", string.Join('×', picture), "1"],
            (2, "Training pictures", string.Join('×', picture)));
    }
}
