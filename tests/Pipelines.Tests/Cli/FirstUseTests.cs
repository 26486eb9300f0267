using System.Diagnostics;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Cli;

public sealed class FirstUseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Two_processes_that_load_TorchSharp_for_the_first_time_at_once_both_train()
    {
        zeros(1).Dispose();
        // A cache folder that nobody has used.
        Process[] processes = [.. new[] { "a", "b" }.Select(name => CommandLine.StartProgram(
            "dotnet",
            [CommandLine.PathOf("src/Cli", "mlnetgen"), "train", "toy-gan", "--steps", "2", "--out", Path.Combine(folder, name)],
            folder,
            ("XDG_CACHE_HOME", Path.Combine(folder, "cache"))))];
        CommandLine.Outcome[] outcomes = [.. processes.Select(process => Task.Run(() => CommandLine.Outcome.Of(process))).ToArray().Select(task => task.Result)];
        Array.ForEach(processes, process => process.Dispose());
        Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 0, outcome.Errors));
        Assert.All(["a", "b"], name => Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, name))));
        // ONNX Runtime has files of its own there. Where this process needed the copy, so did they: one whole file, and nothing beside it.
        if (TorchLibrary.Remedy is not null)
            Assert.Equal("libLibTorchSharp.so", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(folder, "cache", "mlnetgen"), "*", SearchOption.AllDirectories))));
    }
}
