using System.CommandLine;
using MLNetGen.Cli.Bench;

namespace MLNetGen.Cli.Commands;

internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure against a peer on this machine, in the same run ('bench dispatch' too, on the compat engine)")
    {
        Vae(),
        Export(),
        Gan(),
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

    private static Command Export()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<bool> once = new("--once") { Description = "One export in this process, without the peer", Hidden = true };
        Command command = new("export", "Seconds and memory of exporting AlexNet (61 million parameters) to ONNX, against PyTorch's torch.onnx.export") { rounds, json, once };
        command.SetAction(parsed => parsed.GetValue(once) ? ExportBench.Once() : ExportBench.Run(parsed.GetValue(rounds), parsed.GetValue(json)));
        return command;
    }

    private static Command Gan()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<bool> once = new("--once") { Description = "Our side in this process, without the peer", Hidden = true };
        Command command = new("gan", "Training speed of the AnimeFace64 networks against PyTorch doing the same updates on two threads") { rounds, json, once };
        command.SetAction(parsed => parsed.GetValue(once) ? GanBench.Once() : GanBench.Run(parsed.GetValue(rounds), parsed.GetValue(json)));
        return command;
    }
}
