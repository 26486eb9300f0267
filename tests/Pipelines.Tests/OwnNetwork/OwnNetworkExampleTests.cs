using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;

namespace MLNetGen.Tests.OwnNetwork;

/// <summary>examples/OwnNetwork, run as it is.</summary>
public sealed class OwnNetworkExampleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Both_networks_learn_and_their_models_load_without_this_library()
    {
        using Process process = CommandLine.StartProgram("dotnet", [CommandLine.PathOf("examples/OwnNetwork", "MLNetGen.Examples.OwnNetwork"), "3"], folder);
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        // The mean picture as an answer has an error of 0.05 and more, half of every moon one of 0.1.
        Assert.InRange(Last("denoiser").GetProperty("loss").GetDouble(), 0, 0.02);
        Assert.InRange(Last("lit").GetProperty("mean absolute error").GetDouble(), 0, 0.2);
        foreach (string run in (string[])["denoiser", "lit"])
        {
            ITransformer model = new MLContext().Model.Load(Path.Combine(folder, run, "model.zip"), out _);
            Assert.All((IEnumerable<ITransformer>)model, part => Assert.StartsWith("Microsoft.ML", part.GetType().Namespace, StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(folder, run, "report.html")));
        }

        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "denoiser", "snapshots")).Length);
        Assert.True(File.Exists(Path.Combine(folder, "clean.png")) && File.Exists(Path.Combine(folder, "denoiser", "network.onnx")));
    }

    private JsonElement Last(string run)
    {
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, run, "metrics.json")));
        return metrics.RootElement.GetProperty("test").Clone();
    }
}
