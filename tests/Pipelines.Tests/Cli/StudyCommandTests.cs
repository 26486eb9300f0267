using System.Globalization;
using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary>The AlexNet paper's experiments on a few small pictures.</summary>
public sealed class StudyCommandTests(TrainAlexNetCommandTests.Run run) : IClassFixture<TrainAlexNetCommandTests.Run>
{
    private string[] Arguments(string study, string output) =>
    [
        "study", study, "--data", run.Pictures("train"), "--test", run.Pictures("test"), "--image-size", "16", "--epochs", "1", "--batch-size", "30", "--threads", "1", "--out", output,
    ];

    [Theory]
    [InlineData("activations", new[] { "ReLU", "Tanh" })]
    [InlineData("ablation", new[] { "as it is", "with response normalisation", "without overlapping pooling", "without dropout", "with colour noise", "without random crops", "without mirror images" })]
    [InlineData("results", new[] { "linear softmax on the pixels", "1 CNN", "5 CNNs", "1 CNN* (twice the epochs)", "7 CNNs, 2 of them CNN* (twice the epochs)" })]
    public void A_study_leaves_a_page_and_a_row_for_each_variant(string study, string[] rows)
    {
        string output = Path.Combine(run.Folder, study);
        CommandLine.Outcome outcome = CommandLine.Run(Arguments(study, output));
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.True(File.Exists(Path.Combine(output, "study.html")));
        JsonElement table = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "study.json"))).RootElement;
        Assert.Equal(rows, table.EnumerateArray().Select(row => row.EnumerateObject().First().Value.GetString()));
        Assert.All(table.EnumerateArray(), row =>
        {
            double error = row.EnumerateObject().Single(cell => cell.Name is "test error" or "top-1 error").Value.GetDouble();
            double[] ends = [.. row.GetProperty("95 % interval").GetString()!.Split(" to ").Select(end => double.Parse(end.TrimEnd('%'), CultureInfo.InvariantCulture))];
            Assert.InRange(error, ends[0], ends[1]);
            // So few pictures tell little.
            Assert.True(ends[1] - ends[0] > 5);
        });
    }

    [Fact]
    public void Generated_pictures_are_measured_against_few_real_ones_and_as_many()
    {
        string output = Path.Combine(run.Folder, "augmentation");
        string[] arguments =
        [
            "study", "augmentation", "--data", run.Pictures("train"), "--test", run.Pictures("test"), "--rows", "4", "6", "--generated", "5", "--gan-steps", "3", "--epochs", "1",
            "--repeats", "2", "--network", "mlp", "--batch-size", "8", "--threads", "1", "--out", output,
        ];
        CommandLine.Outcome outcome = CommandLine.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.True(File.Exists(Path.Combine(output, "study.html")));
        JsonElement[] table = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "study.json"))).RootElement.EnumerateArray()];
        string[] names = ["4 real", "4 real, 5 generated", "up to 9 real", "6 real", "6 real, 5 generated", "up to 11 real"];
        Assert.Equal(names, table.Select(row => row.GetProperty("trained on, of each class").GetString()));
        Assert.All(table, row => Assert.InRange(row.GetProperty("error").GetDouble(), 0, 100));
        int classes = Directory.GetDirectories(run.Pictures("train")).Length;
        Assert.Equal([4 * classes, 9 * classes, 9 * classes, 6 * classes], table.Take(4).Select(row => row.GetProperty("pictures").GetInt32()));
        // What differs from itself by nothing does so in every seed.
        JsonElement alone = table[0];
        Assert.Equal((0.0, 0.0), (alone.GetProperty("than real alone").GetDouble(), alone.GetProperty("than real alone ±").GetDouble()));
        Assert.All(table, row => Assert.True(row.GetProperty("error ±").GetDouble() >= 0));
        Assert.NotEqual(
            Directory.GetFiles(Path.Combine(output, "rows-4", "seed-1", "real"), "*.png", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order(),
            Directory.GetFiles(Path.Combine(output, "rows-4", "seed-2", "real"), "*.png", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order());
        // More rows hold the fewer.
        string[] Real(string rows) => [.. Directory.GetFiles(Path.Combine(output, rows, "seed-1", "real"), "*.png", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))];
        Assert.Subset(Real("rows-6").ToHashSet(), Real("rows-4").ToHashSet());

        Assert.Contains("--rows is 4000", CommandLine.Run([.. arguments, "--rows", "4000"]).Errors);
    }

    [Fact]
    public void What_a_study_decides_on_itself_is_refused()
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. Arguments("activations", Path.Combine(run.Folder, "refused")), "--dropout", "0.3"]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("--dropout is what 'activations' decides on itself", outcome.Errors);
    }
}
