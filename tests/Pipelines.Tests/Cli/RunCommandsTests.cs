using System.Globalization;
using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary>What commands know of earlier runs: their models by any of their files, their settings, their list.</summary>
public sealed class RunCommandsTests(RunCommandsTests.Runs runs) : IClassFixture<RunCommandsTests.Runs>
{
    [Theory]
    [InlineData("")]
    [InlineData("model.zip")]
    [InlineData("report.html")]
    [InlineData("vae.onnx")]
    [InlineData("samples")]
    public void A_model_is_named_by_its_run_or_by_any_file_of_it(string file)
    {
        string drawn = Path.Combine(runs.Folder, $"{Guid.NewGuid():N}.png");
        CommandLine.Outcome outcome = CommandLine.Run("generate", "--model", Path.Combine(runs.First, file), "--count", "2", "--out", drawn);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.True(File.Exists(drawn));
    }

    [Fact]
    public void A_model_of_another_family_is_told_by_its_name()
    {
        CommandLine.Outcome classify = CommandLine.Run("classify", "--model", runs.First, Path.Combine(runs.First, "samples"));
        Assert.Equal(1, classify.ExitCode);
        Assert.Contains("a VAE", classify.Errors, StringComparison.Ordinal);
        Assert.Contains("generate", classify.Errors, StringComparison.Ordinal);
        CommandLine.Outcome absent = CommandLine.Run("generate", "--model", runs.Folder);
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains($"'{runs.Folder}'", absent.Errors, StringComparison.Ordinal);
        Assert.Single(absent.Errors.Trim().Split('\n'));
    }

    [Fact]
    public void A_run_is_repeated_with_its_settings_but_for_what_is_typed()
    {
        JsonElement first = Settings(runs.First), second = Settings(runs.Second);
        Assert.Equal(3, second.GetProperty("latentDimension").GetInt32());
        Assert.Equal("mlp", second.GetProperty("architecture").GetString());
        Assert.Equal(first.GetProperty("trainingData").GetString(), second.GetProperty("trainingData").GetString());
        Assert.Equal((2, 3), (first.GetProperty("epochs").GetInt32(), second.GetProperty("epochs").GetInt32()));
    }

    [Fact]
    public void A_run_that_goes_on_takes_its_own_settings()
    {
        CommandLine.Outcome outcome = CommandLine.Run("train", "vae", "--out", runs.Second, "--resume", "--epochs", "4");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement settings = Settings(runs.Second);
        Assert.Equal(3, settings.GetProperty("latentDimension").GetInt32());
        Assert.Equal(4, settings.GetProperty("epochs").GetInt32());
        CommandLine.Outcome other = CommandLine.Run("train", "gan", "--data", runs.First, "--out", runs.Second, "--resume");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("'train vae'", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_listed_with_their_figures()
    {
        CommandLine.Outcome outcome = CommandLine.Run("runs", runs.Folder, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement[] listed = [.. JsonDocument.Parse(outcome.Output).RootElement.GetProperty("runs").EnumerateArray()];
        JsonElement first = Assert.Single(listed, run => run.GetProperty("folder").GetString() == runs.First);
        Assert.Equal(("vae", "finished", 2), (first.GetProperty("family").GetString(), first.GetProperty("state").GetString(), first.GetProperty("epochs").GetInt32()));
        JsonElement metrics = Metrics(runs.First);
        Assert.Equal(metrics.GetProperty("test").GetProperty("kl").GetDouble(), first.GetProperty("figures").GetProperty("kl").GetDouble());
        CommandLine.Outcome table = CommandLine.Run("runs", runs.Folder);
        Assert.Contains(table.Output.Split('\n'), line => line.Contains("epochs", StringComparison.Ordinal) && line.Contains('2', StringComparison.Ordinal));
    }

    [Fact]
    public void What_evaluate_finds_is_one_object_for_programs()
    {
        CommandLine.Outcome outcome = CommandLine.Run("evaluate", "--model", runs.First, "--data", Path.Combine(runs.Folder, "moons"), "--split", "32", "--json", "--quiet");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Equal(Metrics(runs.First).GetProperty("test").GetProperty("kl").GetDouble(), JsonDocument.Parse(outcome.Output).RootElement.GetProperty("kl").GetDouble(), 1e-4);
    }

    [Fact]
    public void Every_epoch_is_a_row_for_spreadsheets()
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(runs.First, "metrics.csv")).Select(line => line.Split(','))];
        JsonElement[] epochs = [.. Metrics(runs.First).GetProperty("epochs").EnumerateArray()];
        Assert.Equal(1 + epochs.Length, rows.Length);
        int column = Array.IndexOf(rows[0], "test.negativeElbo");
        Assert.Equal(epochs.Select(epoch => epoch.GetProperty("test").GetProperty("negativeElbo").GetDouble()), rows[1..].Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_shell_completes_options()
    {
        CommandLine.Outcome outcome = CommandLine.Run("[suggest:14]", "train vae --ep");
        Assert.Equal("--epochs", Assert.Single(outcome.Output.Trim().Split('\n')).Trim());
    }

    [Fact]
    public void The_doctor_says_what_there_is()
    {
        CommandLine.Outcome outcome = CommandLine.Run("doctor", "--out", runs.Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains(outcome.Output.Split('\n'), line => line.StartsWith("ResNet-18 ", StringComparison.Ordinal) && line.Contains("512", StringComparison.Ordinal));
        Assert.Contains(outcome.Output.Split('\n'), line => line.StartsWith("ONNX Runtime ", StringComparison.Ordinal) && line.Contains("CPUExecutionProvider", StringComparison.Ordinal));
    }

    private static JsonElement Metrics(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "metrics.json"))).RootElement;

    private static JsonElement Settings(string run) => Metrics(run).GetProperty("settings");

    /// <summary>A run, and one with its settings.</summary>
    public sealed class Runs : IDisposable
    {
        public Runs()
        {
            string pictures = TrainVaeCommandTests.Run.MoonFolder(Folder, 40);
            CommandLine.Outcome first = CommandLine.Run(
                "train", "vae", "--data", pictures, "--split", "32", "--network", "mlp", "--latent-dim", "3", "--schedule", "constant", "--epochs", "2", "--threads", "1", "--out", First);
            Assert.True(first.ExitCode == 0, first.Errors);
            CommandLine.Outcome second = CommandLine.Run("train", "vae", "--config", First, "--epochs", "3", "--out", Second);
            Assert.True(second.ExitCode == 0, second.Errors);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string First => Path.Combine(Folder, "first");

        public string Second => Path.Combine(Folder, "second");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
