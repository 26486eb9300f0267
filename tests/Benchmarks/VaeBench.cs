using System.Text.Json;
using Microsoft.ML;
using MLNetGen.Benchmarks.Plain;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Images a second of <see cref="VaeTrainer"/>, of a plain TorchSharp loop in the same process (<see cref="PlainVae"/>), and of its PyTorch twin
/// (tests/peers/vae.py).
/// </summary>
internal static class VaeBench
{
    private const int Threads = 2;
    private const int Split = 9000;

    // Multiply-adds of one picture: forward, and twice that backward, but for the first layer, which passes no gradient on.
    private const double MlpMacs = 3 * (784 * 400 + 400 * 40 + 20 * 400 + 400 * 784) - 784 * 400;
    private const double ConvolutionalMacs = 3 * (2 * (14 * 14 * 32 * 16 + 7 * 7 * 64 * 32 * 16 + 3136 * 256) + 256 * 40 + 20 * 256) - 14 * 14 * 32 * 16;

    public static IReadOnlyList<Comparison> Run(string? data, int rounds, bool json, Device device, bool isPart = false)
    {
        data ??= Path.Combine(BenchProcess.DataFolder(), "mnist");
        if (!Directory.Exists(data))
        {
            Console.Error.WriteLine($"the VAE is skipped: there is no '{data}': give --data, a folder with MNIST's idx files");
            return [];
        }
        set_num_threads(Threads);
        bool hasTorch = device.type == DeviceType.CPU && BenchProcess.HasTorch();
        Turns turns = new(rounds, json, isPart);
        double flops = MatrixSpeed.Measure(device: device);
        using Tensor read = ReadImages(data), images = read.to(device);
        foreach ((VaeArchitecture architecture, int epochs, double macs) in ((VaeArchitecture, int, double)[])[
            (VaeArchitecture.Mlp, 12, MlpMacs), (VaeArchitecture.Convolutional, 4, ConvolutionalMacs)])
        {
            string name = architecture.ToString().ToLowerInvariant();
            List<Peer> peers = [new(Peer.PlainLoop, () => PlainVae.ImagesPerSecond(images, architecture, epochs))];
            if (hasTorch)
                peers.Add(new("PyTorch", () => PyTorch(data, name, epochs)));
            foreach (TrainingPrecision precision in MatrixSpeed.Precisions(device))
                turns.Compare($"vae {name}{MatrixSpeed.In(precision)}", "images/s", flops / (macs * 2), MatrixSpeed.Float32, () => Ours(data, architecture, precision, epochs, device), peers);
        }
        return turns.Results;
    }

    private static double Ours(string data, VaeArchitecture architecture, TrainingPrecision precision, int epochs, Device device)
    {
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        IDataView all = ml.Images.Load(data);
        List<double> speeds = [];
        using VaeTransformer trained = ml.Generative.Trainers.Vae(new VaeTrainer.Options
        {
            Architecture = architecture,
            Precision = precision,
            Epochs = epochs,
            NumberOfThreads = Threads,
            Device = device.ToString(),
            ValidationSet = ml.Data.SkipRows(all, Split),
            MetricsCallback = epoch => speeds.Add(epoch.ImagesPerSecond),
        }).Fit(ml.Data.TakeRows(all, Split));
        return LastHalf(speeds);
    }

    private static double PyTorch(string data, string architecture, int epochs)
    {
        string output = BenchProcess.RunPeer(
            "vae.py", ["--data", data, "--architecture", architecture, "--epochs", $"{epochs}", "--threads", $"{Threads}", "--split", $"{Split}", "--seed", "1", "--json"]);
        using JsonDocument metrics = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return LastHalf([.. metrics.RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("imagesPerSecond").GetDouble())]);
    }

    // The first half warms up caches and compilers.
    private static double LastHalf(List<double> speeds) => Comparison.Median(speeds.Skip(speeds.Count / 2));

    private static Tensor ReadImages(string folder)
    {
        using var scope = NewDisposeScope();
        IdxFile file = IdxFile.Read(IdxFolder.FindImages(folder), 3, "images");
        Tensor all = tensor(file.Values, [file.Dimensions[0], 1, file.Dimensions[1], file.Dimensions[2]]);
        return (all[..Split].to_type(ScalarType.Float32) / 255).MoveToOuterDisposeScope();
    }
}
