using System.Text.Json;

namespace MLNetGen.Tests.Report;

public sealed class RunFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static RunRecord Run => new()
    {
        Family = "sample",
        Seed = 7,
        Settings = new { LearningRate = 0.5, Schedule = LearningRateSchedule.OneCycle },
        Seconds = 1.5,
        ImagesPerSecond = 20,
        Course = [("epochs", new[] { 1, 2 }), ("quality", null)],
        OnnxParity = new { Encoder = 0.25 },
    };

    [Fact]
    public void Every_family_has_the_same_keys_and_what_was_not_measured_is_absent()
    {
        RunFiles.Write(folder.Path, Run, new HtmlReport("Sample", ""));

        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("metrics.json")));
        Assert.Equal(
            ["family", "seed", "settings", "versions", "seconds", "imagesPerSecond", "epochs", "onnxParity"],
            metrics.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("oneCycle", metrics.RootElement.GetProperty("settings").GetProperty("schedule").GetString());
        Assert.Equal(0.25, metrics.RootElement.GetProperty("onnxParity").GetProperty("encoder").GetDouble());
        string page = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("learningRate", page, StringComparison.Ordinal);
        Assert.Contains("onnxRuntime", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_warnings_and_the_reason_of_an_early_end_follow_in_their_order()
    {
        RunFiles.Write(folder.Path, Run with { Test = new { Psnr = 30 }, Warnings = ["small"], Stopped = "NaN", CommandLine = ["train", "sample"] }, new HtmlReport("Sample", ""));

        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("metrics.json"))), run = JsonDocument.Parse(File.ReadAllText(folder.File("run.json")));
        Assert.Equal(["epochs", "test", "onnxParity", "warnings", "stopped"], metrics.RootElement.EnumerateObject().Skip(6).Select(property => property.Name));
        Assert.Equal(["family", "command", "settings"], run.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("sample", run.RootElement.GetProperty("command")[1].GetString());
    }
}
