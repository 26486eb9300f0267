using System.Diagnostics;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Cli;

/// <summary><c>mpirun -n 2 mlnetgen train …</c>: two processes that learn one model.</summary>
public sealed class MpiTrainingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // An autoencoder draws nothing and has no batch normalisation. 160 rows: ten batches of 16; and three of 64 at most, four times, which make uneven shares.
    [ProgramTheory("mpirun")]
    [InlineData(2, 16, 1)]
    [InlineData(3, 64, 4)]
    public void Processes_make_the_steps_that_one_makes(int processes, int batch, int epochs)
    {
        string pictures = TrainVaeCommandTests.Run.MoonFolder(folder, 170), alone = Path.Combine(folder, "alone"), together = Path.Combine(folder, "together");
        CommandLine.Outcome one = CommandLine.Run(Arguments(pictures, alone, batch, epochs));
        Assert.True(one.ExitCode == 0, one.Errors);
        CommandLine.Outcome both = Mpi(processes, Arguments(pictures, together, batch, epochs));
        Assert.True(both.ExitCode == 0, both.Errors + both.Output);
        foreach (string file in (string[])["encoder.onnx", "decoder.onnx"])
        {
            using OnnxModule expected = OnnxModule.Load(Path.Combine(alone, file)), actual = OnnxModule.Load(Path.Combine(together, file));
            Dictionary<string, Tensor> values = actual.state_dict(), right = expected.state_dict();
            Assert.Equal(right.Keys, values.Keys);
            // An autoencoder's log-variances are -infinity.
            Assert.All(right, parameter => Assert.Equal(Numbers(parameter.Value), Numbers(values[parameter.Key]), (a, b) => a == b || Math.Abs(a - b) <= 1e-5));
        }
        // What one process leaves, told once.
        Assert.Equal(Files(alone), Files(together));
        Assert.Equal(1, both.Output.Split("model, pictures and report are in").Length - 1);
    }

    [ProgramFact("mpirun")]
    public void A_run_that_is_resumed_ends_as_one_that_was_not_stopped()
    {
        string pictures = TrainVaeCommandTests.Run.MoonFolder(folder, 50), straight = Path.Combine(folder, "straight"), stopped = Path.Combine(folder, "stopped");
        string[] noise = ["--network", "mlp", "--split", "40", "--batch-size", "8", "--threads", "1", "--latent-dim", "4"];
        (string, string[])[] runs = [(straight, ["--epochs", "2"]), (stopped, ["--epochs", "1"]), (stopped, ["--epochs", "2", "--resume"])];
        foreach ((string output, string[] more) in runs)
        {
            CommandLine.Outcome outcome = Mpi(2, ["train", "vae", "--data", pictures, "--out", output, .. noise, .. more]);
            Assert.True(outcome.ExitCode == 0, outcome.Errors + outcome.Output);
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(straight, "encoder.onnx")), File.ReadAllBytes(Path.Combine(stopped, "encoder.onnx")));
    }

    [ProgramFact("mpirun")]
    public void What_cannot_be_shared_ends_all_processes_with_a_sentence()
    {
        string pictures = TrainVaeCommandTests.Run.MoonFolder(folder, 20);
        string[] few = ["--network", "mnist32", "--width", "8", "--steps", "4", "--batch-size", "8", "--threads", "1"];
        CommandLine.Outcome gan = Mpi(2, ["train", "gan", "--data", pictures, "--out", Path.Combine(folder, "gan"), .. few]);
        Assert.NotEqual(0, gan.ExitCode);
        Assert.Contains("not shared among the processes of mpirun", gan.Errors, StringComparison.Ordinal);
    }

    private static float[] Numbers(Tensor parameter) => [.. parameter.detach().contiguous().data<float>()];

    private static string[] Arguments(string pictures, string output, int batch, int epochs) =>
    [
        "train", "vae", "--data", pictures, "--split", "160", "--network", "mlp", "--autoencoder", "--epochs", $"{epochs}", "--batch-size", $"{batch}", "--threads", "1",
        "--out", output,
    ];

    private static CommandLine.Outcome Mpi(int processes, string[] arguments)
    {
        using Process process = CommandLine.StartProgram("mpirun",
            ["--oversubscribe", "--bind-to", "none", "-n", $"{processes}", "dotnet", CommandLine.PathOf("src/Cli", "mlnetgen"), .. arguments], folder: null,
            // Tests may run as root, which mpirun refuses otherwise; in a container, processes may not read each other's memory.
            ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), ("OMPI_MCA_btl_vader_single_copy_mechanism", "none"), ("OMPI_MCA_mpi_yield_when_idle", "1"));
        return CommandLine.Outcome.Of(process);
    }

    // TensorBoard's file is named by the time.
    private static IEnumerable<string> Files(string of) => Directory.GetFiles(of, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(of, file)).Select(file => file.Contains(".tfevents.", StringComparison.Ordinal) ? "events" : file).Order(StringComparer.Ordinal);
}
