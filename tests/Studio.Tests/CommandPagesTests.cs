using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>The pages that commands other than training leave: of a small model of every family, a painting, the studies and the demo.</summary>
[Collection(StudioTests.Name)]
public class CommandPagesTests(TrainedModels models, Chromium chromium, CommandPagesTests.Pictures pictures) : IClassFixture<Chromium>, IClassFixture<CommandPagesTests.Pictures>
{
    private static readonly string[] Small = ["--image-size", "16", "--epochs", "2", "--batch-size", "8", "--threads", "1"];

    [ChromiumTheory]
    [InlineData("vae")]
    [InlineData("gan", "--count", "40")]
    [InlineData("classifier")]
    [InlineData("style/style.onnx", "--loss-network", "random", "--count", "2")]
    [InlineData("sharp/upscaler.onnx", "--count", "3")]
    public Task The_page_of_an_evaluation_is_accessible_and_fits(string model, params string[] more) =>
        CheckAsync($"evaluation-{model.Split('/')[0]}", "report.html", ["evaluate", "--model", models[model], "--data", pictures.Folder, .. more]);

    [ChromiumTheory]
    [InlineData("activations")]
    [InlineData("ablation")]
    [InlineData("results")]
    public Task The_page_of_a_study_is_accessible_and_fits(string study) =>
        CheckAsync($"study-{study}", "study.html", ["study", study, "--data", pictures.Folder, "--test", pictures.Folder, .. Small]);

    [ChromiumFact]
    public Task The_page_of_the_study_of_augmentation_is_accessible_and_fits() => CheckAsync("study-augmentation", "study.html",
    [
        "study", "augmentation", "--data", pictures.Folder, "--test", pictures.Folder, "--rows", "2", "3", "--generated", "3", "--gan-steps", "3", "--epochs", "1", "--repeats", "2", "--network", "mlp",
        "--batch-size", "8", "--threads", "1",
    ]);

    [ChromiumFact]
    public Task The_page_of_a_painting_is_accessible_and_fits() => CheckAsync("painting", "report.html",
        ["paint", "--content", pictures.One, "--style", pictures.Other, "--size", "64", "--iterations", "4", "--snapshot-interval", "2", "--loss-network", "random"]);

    [ChromiumFact]
    public Task The_demos_page_is_accessible_and_fits_and_leads_to_its_reports() => CheckAsync("demo", "index.html", ["demo", "--family", "painting"]);

    private async Task CheckAsync(string name, string page, string[] arguments)
    {
        string folder = Path.Combine(pictures.Pages, name);
        CommandLine.Outcome outcome = CommandLine.Run([.. arguments, "--out", folder]);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        await PageFile.CheckAsync(chromium, Path.Combine(folder, page));
    }

    /// <summary>Moons in folders by phase, and a place for pages.</summary>
    public sealed class Pictures : IDisposable
    {
        private const int Count = 48, Size = 32;

        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-pages-");

        public Pictures(TrainedModels models)
        {
            IDataView moons = models.Context.Images.MoonPhases(Count, Size, seed: 7);
            string[] labels = [.. moons.GetColumn<string>("Label")];
            foreach ((int i, Picture moon) in TrainedModels.Pictures(moons).Index()) moon.Save(Path.Combine(Folder, labels[i], $"{i}.png"));
            string[] files = [.. Directory.EnumerateFiles(Folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            (One, Other) = (files[0], files[^1]);
        }

        public string Folder => Path.Combine(folder.FullName, "moons");

        public string One { get; }

        public string Other { get; }

        public string Pages => Path.Combine(folder.FullName, "pages");

        public void Dispose() => folder.Delete(recursive: true);
    }
}
