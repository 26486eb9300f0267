using System.Text.Json;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Cli;

/// <summary><c>train classifier</c> on the ResNet-18 beside the program, and the commands that take its model, as a user runs them.</summary>
public sealed class TrainClassifierCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    private string Output => Path.Combine(folder, "out");

    private string Model => Path.Combine(Output, "model.zip");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_learns_leaves_everything_that_a_run_leaves_and_its_model_classifies_and_is_evaluated()
    {
        WritePictures("train", 18, seed: 1);
        WritePictures("test", 9, seed: 2);
        CommandLine.Outcome outcome = Train("--epochs", "1", "--batch-size", "8", "--top-k", "2");
        Assert.True(outcome.ExitCode == 0, outcome.Errors + outcome.Output);
        foreach (string file in (string[])["model.zip", "classifier.onnx", "report.html", "metrics.json", "run.json", "evaluation.json", "confusion.png", Path.Combine("checkpoints", "latest.checkpoint")])
            Assert.True(File.Exists(Path.Combine(Output, file)), file);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "metrics.json"))).RootElement;
        Assert.Equal("fine-tuning", metrics.GetProperty("family").GetString());
        JsonElement epoch = Assert.Single(metrics.GetProperty("epochs").EnumerateArray().ToArray());
        Assert.InRange(epoch.GetProperty("keptEpoch").GetInt32(), 0, 1);
        Assert.InRange(metrics.GetProperty("test").GetProperty("top1").GetDouble(), 0.5, 1);

        string picture = Directory.GetFiles(Path.Combine(folder, "test", "down"), "*.png")[0];
        CommandLine.Outcome classified = CommandLine.Run("classify", "--model", Model, "-k", "3", picture);
        Assert.True(classified.ExitCode == 0, classified.Errors);
        Assert.All(Patterns.Classes, name => Assert.Contains(name, classified.Output, StringComparison.Ordinal));
        string scores = Path.Combine(folder, "scores");
        CommandLine.Outcome scored = CommandLine.Run("score", "--model", Model, "--input", Path.Combine(folder, "test"), "--out", scores, "-k", "2");
        Assert.True(scored.ExitCode == 0, scored.Errors);
        Dictionary<string, string>[] rows = [.. ScoredTable.Csv(Path.Combine(scores, "part-00000.csv"))];
        Assert.Equal(9, rows.Length);
        Assert.All(rows, row => Assert.Equal(["Path", "PredictedLabel", "TopLabels.0", "TopLabels.1", "TopScores.0", "TopScores.1"], row.Keys));
        Assert.All(rows, row => Assert.Equal(row["PredictedLabel"], row["TopLabels.0"]));
        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", Model, "--data", Path.Combine(folder, "test"));
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        Assert.Contains("top-1", evaluated.Output, StringComparison.Ordinal);
        foreach ((string part, int pictures, int trainedOn) in (ReadOnlySpan<(string, int, int)>)[("test", 9, 0), ("train", 18, 18)])
        {
            evaluated = CommandLine.Run("evaluate", "--model", Model, "--data", Path.Combine(folder, part), "--json");
            JsonElement found = JsonDocument.Parse(evaluated.Output).RootElement;
            Assert.Equal((pictures, trainedOn), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32()));
        }
        Assert.True(File.Exists(Path.Combine(Output, "evaluation", "report.html")));

        CommandLine.Outcome other = Train("--frozen", "--resume");
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains("run with other settings", other.Errors, StringComparison.Ordinal);
        CommandLine.Outcome absent = Train("--overwrite", "--backbone", Path.Combine(folder, "absent.onnx"));
        Assert.NotEqual(0, absent.ExitCode);
        Assert.Contains("absent.onnx", absent.Errors, StringComparison.Ordinal);
    }

    private CommandLine.Outcome Train(params string[] more) =>
        CommandLine.Run(["train", "classifier", "--data", Path.Combine(folder, "train"), "--test", Path.Combine(folder, "test"), "--l2", "1", "--out", Output, .. more]);

    private void WritePictures(string part, int count, int seed)
    {
        foreach ((int i, Patterns.Row row) in Patterns.Rows(count, seed).Index())
        {
            string target = Directory.CreateDirectory(Path.Combine(folder, part, row.Label)).FullName;
            using MLImage image = row.Image;
            image.Save(Path.Combine(target, $"{i:D3}.png"));
        }
    }
}
