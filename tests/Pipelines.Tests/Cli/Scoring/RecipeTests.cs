using System.Diagnostics;

namespace MLNetGen.Tests.Cli;

/// <summary><c>examples/Recipes</c> as they are, on this machine: what starts the shards is GNU parallel and Slurm.</summary>
public sealed class RecipeTests : IClassFixture<ScoringModels>, IDisposable
{
    private readonly ScoringModels models;
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public RecipeTests(ScoringModels models)
    {
        this.models = models;
        // The launcher would build.
        File.WriteAllText(Program, $"#!/bin/sh\nexec dotnet '{CommandLine.PathOf("src/Cli", "mlnetgen")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Output => Path.Combine(folder, "scores");

    private string Program => Path.Combine(folder, "mlnetgen");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [ProgramFact("parallel")]
    public void GNU_parallel_scores_what_one_process_scores()
    {
        Run("bash", Recipe("parallel.sh"), models.Vae, models.Pictures, Output, "3", "--part-size", "9");
        AssertWhole();
    }

    [ProgramFact("munged", "slurmctld", "slurmd", "sbatch", "python3")]
    public void A_job_array_of_Slurm_scores_what_one_process_scores()
    {
        string cluster = Path.Combine(folder, "cluster"), log = Path.Combine(folder, "score-%a.log");
        Run("bash", Path.Combine(CommandLine.Root, "tests", "peers", "slurm.sh"), cluster,
            "sbatch", "--wait", "--array=1-3", $"--output={log}", Recipe("slurm.sh"), models.Vae, models.Pictures, Output, "--part-size", "9");
        for (int task = 1; task <= 3; task++)
            Assert.Contains($"shard {task}/3", File.ReadAllText(log.Replace("%a", $"{task}", StringComparison.Ordinal)), StringComparison.Ordinal);
        CommandLine.Outcome merged = CommandLine.Run("score", "merge", "--out", Output);
        Assert.True(merged.ExitCode == 0, merged.Errors);
        AssertWhole();
    }

    private static string Recipe(string name) => Path.Combine(CommandLine.Root, "examples", "Recipes", name);

    private void AssertWhole()
    {
        string alone = Path.Combine(folder, "alone");
        CommandLine.Outcome outcome = CommandLine.Run("score", "--model", models.Vae, "--input", models.Pictures, "--out", alone, "--part-size", "9");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        string[] parts = [.. Directory.GetFiles(alone).Select(Path.GetFileName).OfType<string>()];
        string[] made = [.. Directory.GetFiles(Output).Select(Path.GetFileName).OfType<string>()];
        Assert.Equal(parts.Concat(["errors.csv", "scores.csv"]).Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
        // Another number of threads puts other rows together in a batch, which may show in a last digit.
        Dictionary<string, float[]> scores = ScoredTable.Latent(Output, "csv");
        foreach ((string path, float[] latent) in ScoredTable.Latent(alone, "csv"))
            Assert.Equal(latent, scores[path], (a, b) => Math.Abs(a - b) <= 1e-6 * Math.Max(1, latent.Max(Math.Abs)));
        Assert.Equal(models.Paths, ScoredTable.Csv(Path.Combine(Output, "scores.csv")).Select(row => row["Path"]));
    }

    private void Run(params string[] command)
    {
        using Process process = CommandLine.StartProgram(command[0], command[1..], folder, ("MLNETGEN", Program));
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors + string.Concat(Directory.GetFiles(folder, "*.log").Select(File.ReadAllText)));
    }
}
