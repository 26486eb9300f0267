using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Cli;

/// <summary><c>--json</c>: one object on standard output, with the numbers that the sentences have, and the files that there are.</summary>
public sealed partial class JsonTests(LatentCommandTests.Models models) : IClassFixture<LatentCommandTests.Models>
{
    [Fact]
    public void Commands_that_draw_name_their_files()
    {
        string[] asked = [.. Directory.GetFiles(models.Pictures, "*.png", SearchOption.AllDirectories).Order().Take(2)];
        string label = Path.GetFileName(Path.GetDirectoryName(asked[0])!);
        string To(string name) => Path.Combine(models.Folder, $"json-{name}");
        (string[] Command, string[] Files)[] commands =
        [
            (["generate", "--model", models["deep"], "--count", "4", "--out", To("g.png")], [To("g.png")]),
            (["generate", "--model", models["gan"], "--count", "4", "--out", To("gan.png")], [To("gan.png")]),
            (["interpolate", "--model", models["deep"], "--steps", "2", "--out", To("i.gif"), .. asked], [To("i.gif")]),
            (["traverse", "--model", models["plane"], "--steps", "3", "--out", To("t.png")], [To("t.png")]),
            (["map", "--model", models["plane"], "--data", models.Pictures, "--steps", "3", "--out", To("map")], [To("map/scatter.png"), To("map/manifold.png")]),
            (["attribute", "--model", models["deep"], "--data", models.Pictures, "--add", label, "--out", To("a.png"), asked[0]], [To("a.png")]),
            (["classify", "--help", "--json"], []),
        ];
        foreach ((string[] command, string[] files) in commands)
        {
            if (files.Length == 0)
            {
                // Help is for people.
                Assert.StartsWith("Description:", CommandLine.Run(command).Output, StringComparison.Ordinal);
                continue;
            }
            JsonElement found = Found(command);
            Assert.Equal(files, found.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
            Assert.All(files, file => Assert.True(File.Exists(file), file));
        }
    }

    [Fact]
    public void Numbers_are_those_of_the_sentences_and_of_the_library()
    {
        string[] command = ["reconstruct", "--model", models["deep"], "--data", models.Pictures, "--split", "30", "--count", "6", "--out", Path.Combine(models.Folder, "json-r.png")];
        JsonElement found = Found(command);
        MLContext ml = new(seed: 1);
        using VaeTransformer vae = models.Load("deep");
        double error = vae.Transform(ml.Data.TakeRows(ml.Data.SkipRows(ml.Images.LoadFolder(models.Pictures), 30), 6)).GetColumn<float[]>("ReconstructionError").Average(one => (double)one[0]);
        Assert.Equal(6, found.GetProperty("pictures").GetInt32());
        Assert.Equal(error, found.GetProperty("meanSquaredError").GetDouble(), 1e-6);
        CommandLine.Outcome told = CommandLine.Run(command);
        Assert.Equal(error, double.Parse(Error().Match(told.Output).Groups["error"].Value, CultureInfo.InvariantCulture), 1e-5);
    }

    [Fact]
    public void What_is_unusual_and_what_is_similar_is_listed_with_its_distance()
    {
        string asked = Directory.GetFiles(models.Pictures, "*.png", SearchOption.AllDirectories).Order().First();
        JsonElement outliers = Found("outliers", "--model", models["deep"], "--data", models.Pictures, "--split", "20", "--quantile", "0.5", "--out", Path.Combine(models.Folder, "json-o.png"));
        double[] scores = [.. outliers.GetProperty("outliers").EnumerateArray().Select(row => row.GetProperty("score").GetDouble())];
        Assert.NotEmpty(scores);
        Assert.All(scores, score => Assert.True(score > outliers.GetProperty("threshold").GetDouble()));
        JsonElement similar = Found("similar", "--data", models.Pictures, "-k", "3", "--out", Path.Combine(models.Folder, "json-s.png"), asked);
        JsonElement[] nearest = [.. similar.GetProperty("pictures")[0].GetProperty("similar").EnumerateArray()];
        Assert.Equal(3, nearest.Length);
        // Among the pictures is the one that was asked for.
        Assert.Equal(0, nearest[0].GetProperty("distance").GetDouble(), 1e-3);
    }

    [Fact]
    public void A_training_tells_its_run_and_shows_how_far_it_is_on_standard_error()
    {
        string run = Path.Combine(models.Folder, "json-run");
        CommandLine.Outcome outcome = CommandLine.Run("train", "vae", "--data", models.Pictures, "--network", "mlp", "--epochs", "2", "--threads", "1", "--out", run, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement told = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("run"), metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "metrics.json"))).RootElement;
        Assert.Equal(("vae", "finished", 2), (told.GetProperty("family").GetString(), told.GetProperty("state").GetString(), told.GetProperty("epochs").GetInt32()));
        Assert.Equal(metrics.GetProperty("test").GetProperty("kl").GetDouble(), told.GetProperty("figures").GetProperty("kl").GetDouble());
        Assert.Contains("epoch 2", outcome.Errors, StringComparison.Ordinal);
        CommandLine.Outcome quiet = CommandLine.Run("train", "toy-mixture", "--out", Path.Combine(models.Folder, "json-toy"), "--json", "--quiet");
        Assert.True(double.IsFinite(JsonDocument.Parse(quiet.Output).RootElement.GetProperty("logLikelihood").GetDouble()));
        Assert.DoesNotContain("step", quiet.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_this_machine_has_is_a_list()
    {
        JsonElement found = Found("doctor", "--out", models.Folder);
        JsonElement[] checks = [.. found.GetProperty("checks").EnumerateArray()];
        Assert.Equal(checks.All(check => check.GetProperty("isWell").GetBoolean()), found.GetProperty("isWell").GetBoolean());
        Assert.Contains("CPUExecutionProvider", Assert.Single(checks, check => check.GetProperty("name").GetString() == "ONNX Runtime").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate", "--model", "nowhere", "--json")]
    [InlineData("generate", "--cuont", "3", "--json")]
    [InlineData("train", "vae", "--config", "nowhere", "--json")]
    public void What_fails_says_why_in_the_object_too(params string[] command)
    {
        CommandLine.Outcome outcome = CommandLine.Run(command);
        Assert.Equal(1, outcome.ExitCode);
        string error = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("error").GetString()!;
        Assert.NotEmpty(error);
        Assert.Contains(error.Split(" --")[0], outcome.Errors, StringComparison.Ordinal);
    }

    private static JsonElement Found(params string[] command)
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. command, "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    [GeneratedRegex(@"mean squared error (?<error>[\d.]+)")]
    private static partial Regex Error();
}
