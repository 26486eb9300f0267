namespace MLNetGen.Tests.Cli;

/// <summary>A second run in a folder neither overwrites the first nor mixes with it.</summary>
public sealed class RunFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_with_a_run_is_taken_when_that_is_asked_for_and_the_old_run_is_kept()
    {
        string run = Path.Combine(folder, "run");
        CommandLine.Outcome first = Train(run, seed: 1);
        Assert.True(first.ExitCode == 0, first.Errors);
        byte[] model = File.ReadAllBytes(Path.Combine(run, "model.zip"));

        CommandLine.Outcome again = Train(run, seed: 2);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--resume", again.Errors);
        Assert.Contains("--overwrite", again.Errors);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(run, "model.zip")));
        Assert.Equal(1, Train(run, seed: 2, "--overwrite", "--resume").ExitCode);

        CommandLine.Outcome otherwise = Train(run, seed: 1, "--beta", "2", "--resume");
        Assert.Equal(1, otherwise.ExitCode);
        Assert.Contains("settings (--beta is 1 there and 2 here): use its settings, another --out, or no --resume.", otherwise.Errors, StringComparison.Ordinal);

        CommandLine.Outcome other = Train(run, seed: 2, "--overwrite");
        Assert.True(other.ExitCode == 0, other.Errors);
        Assert.NotEqual(model, File.ReadAllBytes(Path.Combine(run, "model.zip")));
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(run + ".previous", "model.zip")));
    }

    [Fact]
    public void Nothing_to_resume_is_said_and_the_run_begins()
    {
        string run = Path.Combine(folder, "new");
        CommandLine.Outcome outcome = Train(run, seed: 1, "--resume", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains($"no run in {run}", outcome.Errors);
        Assert.True(File.Exists(Path.Combine(run, "model.zip")));
        // What was asked for that run's object is not asked for this one's.
        CommandLine.Outcome again = Train(run, seed: 1, "--resume");
        Assert.StartsWith("No --data", again.Output, StringComparison.Ordinal);
        // Commands of other families say what it is, by whatever of it they are given.
        foreach (string named in (string[])[run, Path.Combine(run, "encoder.onnx")])
        {
            Assert.StartsWith($"mlnetgen: '{named}' is a VAE: generate,", CommandLine.Run("upscale", "--model", named, "a.png").Errors, StringComparison.Ordinal);
            Assert.StartsWith($"mlnetgen: '{named}' is a VAE: generate,", CommandLine.Run("stylize", "--model", named, "a.png").Errors, StringComparison.Ordinal);
        }
    }

    private static CommandLine.Outcome Train(string output, int seed, params string[] more) => CommandLine.Run(
        ["train", "vae", "--network", "mlp", "--image-size", "16", "--latent-dim", "2", "--epochs", "1", "--threads", "1", "--seed", $"{seed}", "--out", output, .. more]);
}
