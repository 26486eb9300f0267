using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.AlexNet;
using MLNetGen.Benchmarks.Plain;
using MLNetGen.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Images a second of torchvision's alexnet at 224×224, batch 32: training steps of <see cref="AlexNetTrainer"/> in float32 and bfloat16, and the forward pass
/// in ONNX Runtime, against plain TorchSharp in the same process (<see cref="PlainAlexNet"/>) and PyTorch (tests/peers/alexnet.py).
/// </summary>
internal static class AlexNetBench
{
    private const int Threads = 2;
    private const int Batch = 32, Classes = 1000, Size = 224;
    private const int BatchesAnEpoch = 5, WarmUp = 2, Timed = 6;
    private const string Unit = "images/s";

    // Multiply-adds of one picture forward; backward costs twice that, but for the first layer, which passes no gradient on.
    private const double ForwardFlops = 2 * 714.2e6, TrainingFlops = 3 * ForwardFlops - 2 * 70.3e6;

    public static IReadOnlyList<Comparison> Run(int rounds, bool json, Device device, bool isPart = false)
    {
        set_num_threads(Threads);
        bool isCpu = device.type == DeviceType.CPU, hasTorch = isCpu && BenchProcess.HasTorch();
        Turns turns = new(rounds, json, isPart);
        double float32 = MatrixSpeed.Measure(device: device);
        Peer plain = new($"{Peer.PlainLoop} in float32", () => PlainAlexNet.Training(Batch, WarmUp, Timed, device));
        Peer plainHalf = new($"{Peer.PlainLoop} in bfloat16", () => PlainAlexNet.TrainingInBFloat16(Batch, WarmUp, Timed, device));
        Peer plainPass = new(Peer.PlainPass, () => PlainAlexNet.Forward(Batch, WarmUp, Timed));

        foreach (TrainingPrecision precision in MatrixSpeed.Precisions(device))
        {
            bool half = precision == TrainingPrecision.BFloat16;
            turns.Compare($"alexnet, training, batch {Batch}{MatrixSpeed.In(precision)}", Unit, (half ? MatrixSpeed.Measure(ScalarType.BFloat16, device: device) : float32) / TrainingFlops,
                half ? MatrixSpeed.BFloat16 : MatrixSpeed.Float32, () => Training(precision, device), half ? [plain, plainHalf] : [plain, .. PyTorch("train")]);
        }
        if (isCpu)
            turns.Compare($"alexnet, forward in ONNX Runtime, batch {Batch}", Unit, float32 / ForwardFlops, MatrixSpeed.Float32, Forward, [plainPass, .. PyTorch("forward")]);
        return turns.Results;

        Peer[] PyTorch(string what) => hasTorch ? [new("PyTorch in float32", () => PyTorchSpeed(what))] : [];
    }

    /// <summary>Median of a few steps on random pictures that lie in memory.</summary>
    private static double Training(TrainingPrecision precision, Device device)
    {
        Laps laps = new();
        // On a GPU steps are told of by windows, of which the epoch's end makes the last.
        int window = device.type == DeviceType.CPU ? 1 : Trainer.StepsAWindow, epoch = window == 1 ? BatchesAnEpoch : 4 * window;
        int steps = 0, counted = 0;
        using CancellationTokenSource enough = new();
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        try
        {
            using AlexNetTransformer trained = ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
            {
                Network = AlexNetNetwork.Torchvision,
                Precision = precision,
                BatchSize = Batch,
                LearningRate = 1e-3,
                Epochs = Timed + 1,
                NumberOfThreads = Threads,
                Device = device.ToString(),
                CancellationToken = enough.Token,
                ProgressCallback = _ =>
                {
                    steps++;
                    // The first epoch waits for pictures that are still being made, and an epoch's first step follows its judging.
                    if (steps % window != 0)
                        return;
                    bool counts = steps > epoch && (window == 1 ? steps % epoch != 1 : steps % epoch != window);
                    laps.Mark(counts);
                    if (counts && ++counted == Timed)
                        enough.Cancel();
                },
            }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(epoch * Batch)));
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // The rest of training, and the files, would only take time.
        }
        return Batch * window / laps.Median;
    }

    private static double Forward()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "alexnet.onnx");
            using (NewDisposeScope())
            using (AlexNetModule network = AlexNetModule.Create(new(AlexNetNetwork.Torchvision, Classes, Size, 3)))
                OnnxExporter.Export(network, zeros(1, 3, Size, Size), path);
            return Batch / OnnxPass.MedianSeconds(path, Threads, WarmUp, Timed, (OnnxPass.RandomValues(Batch * 3 * Size * Size), [Batch, 3, Size, Size]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double PyTorchSpeed(string what)
    {
        string output = BenchProcess.RunPeer("alexnet.py", [what, "--batch", $"{Batch}", "--threads", $"{Threads}", "--warm-up", $"{WarmUp}", "--steps", $"{Timed}", "--json"]);
        using JsonDocument speed = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return speed.RootElement.GetProperty("imagesPerSecond").GetDouble();
    }

    private static IEnumerable<Row> RandomPictures(int count)
    {
        Random random = new(1);
        for (int row = 0; row < count; row++)
        {
            yield return new() { Image = RandomPicture.Of(random, Row.Size), Label = (uint)(row * 7 % Classes) };
        }
    }

    private sealed class Row
    {
        public const int Size = 256;

        [ImageType(Size, Size)]
        public required MLImage Image { get; init; }

        [KeyType(Classes)]
        public uint Label { get; init; }
    }
}
