using System.CommandLine;
using MLNetGen.Cli.Bench;

namespace MLNetGen.Cli.Commands;

internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure against a peer on this machine, in the same run ('bench dispatch' too, on the compat engine)")
    {
        Vae(),
    };

    private static Command Vae()
    {
        Option<string?> data = new("--data") { Description = "A folder with MNIST's idx files; unset: mnist in MLNETGEN_DATA" };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Command command = new("vae", "Training speed of the VAE against PyTorch on the same network, batch and two threads") { data, rounds, json };
        command.SetAction(parsed => VaeBench.Run(parsed.GetValue(data), parsed.GetValue(rounds), parsed.GetValue(json)));
        return command;
    }
}
