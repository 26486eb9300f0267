using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary>The AlexNet paper's experiments on a few small pictures.</summary>
public sealed class StudyCommandTests(TrainAlexNetCommandTests.Run run) : IClassFixture<TrainAlexNetCommandTests.Run>
{
    private string[] Arguments(string study, string output) =>
    [
        "study", study, "--data", run.Pictures("train"), "--test", run.Pictures("test"), "--image-size", "16", "--epochs", "1", "--batch", "30", "--threads", "1", "--out", output,
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
        Assert.All(table.EnumerateArray(), row => Assert.Equal(JsonValueKind.Number, row.EnumerateObject().ElementAt(study == "activations" ? 2 : 1).Value.ValueKind));
    }

    [Fact]
    public void What_a_study_decides_on_itself_is_refused()
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. Arguments("activations", Path.Combine(run.Folder, "refused")), "--dropout", "0.3"]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("--dropout is what 'activations' decides on itself", outcome.Errors);
    }
}
