using System.Globalization;
using System.Text.Json;

namespace MLNetGen.Cli.Bench;

/// <summary>Images a second of <c>train vae</c> and of its PyTorch twin (tests/peers/vae.py), each in a process of its own, in turn.</summary>
internal static class VaeBench
{
    private const int Threads = 2;
    private const int Split = 9000;

    // Multiply-adds of one picture, forward; backward costs twice that.
    private const double MlpMacs = 784 * 400 + 400 * 40 + 20 * 400 + 400 * 784;
    private const double ConvolutionalMacs = 2 * (14 * 14 * 32 * 16 + 7 * 7 * 64 * 32 * 16 + 3136 * 256) + 256 * 40 + 20 * 256;

    public static int Run(string? data, int rounds, bool json)
    {
        data ??= Path.Combine(Environment.GetEnvironmentVariable("MLNETGEN_DATA") ?? Path.Combine(BenchProcess.RepositoryRoot(), "..", "shared", "data"), "mnist");
        if (!Directory.Exists(data))
            return Skip($"there is no '{data}': give --data, a folder with MNIST's idx files");
        if (BenchProcess.NoTorch() is { } reason)
            return Skip(reason);

        double flops = MatrixSpeed.Measure(Threads);
        foreach ((string architecture, int epochs, double macs) in ((string, int, double)[])[("mlp", 12, MlpMacs), ("convolutional", 4, ConvolutionalMacs)])
        {
            List<double> ours = [], peer = [], quiet = [];
            for (int round = 0; round < rounds; round++)
            {
                ours.Add(Ours(data, architecture, epochs));
                peer.Add(Peer(data, architecture, epochs, threadsSleep: false));
                quiet.Add(Peer(data, architecture, epochs, threadsSleep: true));
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{architecture}, round {round + 1} of {rounds}: {ours[^1]:F0} images/s, PyTorch {peer[^1]:F0}, with sleeping threads {quiet[^1]:F0}"));
            }
            double limit = flops / (macs * 2 * 3);
            new Comparison($"vae {architecture}", "images/s", Comparison.Median(ours), Comparison.Median(peer), "PyTorch", limit).Print(json);
            new Comparison($"vae {architecture}", "images/s", Comparison.Median(ours), Comparison.Median(quiet), "PyTorch with OMP_WAIT_POLICY=passive", limit).Print(json);
        }
        return 0;
    }

    private static double Ours(string data, string architecture, int epochs)
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            BenchProcess.RunItself(["train", "vae", .. Arguments(data, architecture, epochs), "--out", folder]);
            using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")));
            return SpeedOf(metrics.RootElement);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As it comes, OpenMP's threads spin, which costs PyTorch a factor of two to three on a few cores; our engine lets
    // them sleep. Both are measured, so that what the network's own code is worth can be told from what the setting is.
    private static double Peer(string data, string architecture, int epochs, bool threadsSleep)
    {
        string output = BenchProcess.RunPeer("vae.py", [.. Arguments(data, architecture, epochs), "--json"], threadsSleep);
        using JsonDocument metrics = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return SpeedOf(metrics.RootElement);
    }

    // The first half warms up caches and compilers on both sides.
    private static double SpeedOf(JsonElement metrics) =>
        Comparison.Median(metrics.GetProperty("epochs").EnumerateArray().Skip(metrics.GetProperty("epochs").GetArrayLength() / 2).Select(e => e.GetProperty("imagesPerSecond").GetDouble()));

    private static string[] Arguments(string data, string architecture, int epochs) =>
        ["--data", data, "--architecture", architecture, "--epochs", $"{epochs}", "--threads", $"{Threads}", "--split", $"{Split}", "--seed", "1"];

    private static int Skip(string why)
    {
        Console.WriteLine($"skipped: {why}");
        return 0;
    }
}
