using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.AlexNet;
using MLNetGen.Benchmarks.Plain;
using MLNetGen.Export;
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

    public static int Run(int rounds, bool json)
    {
        set_num_threads(Threads);
        bool hasTorch = BenchProcess.HasTorch();
        Turns turns = new(rounds, json);
        double float32 = MatrixSpeed.Measure();
        Peer plain = new($"{Peer.PlainLoop} in float32", () => PlainAlexNet.Training(Batch, WarmUp, Timed));
        Peer plainHalf = new($"{Peer.PlainLoop} in bfloat16", () => PlainAlexNet.TrainingInBFloat16(Batch, WarmUp, Timed));
        Peer plainPass = new(Peer.PlainPass, () => PlainAlexNet.Forward(Batch, WarmUp, Timed));

        turns.Compare($"alexnet, training in float32, batch {Batch}", Unit, float32 / TrainingFlops, MatrixSpeed.Float32,
            () => Training(TrainingPrecision.Float32), [plain, .. PyTorch("train")]);
        if (MatrixSpeed.IsFasterInBFloat16())
        {
            turns.Compare($"alexnet, training in bfloat16, batch {Batch}", Unit, MatrixSpeed.Measure(ScalarType.BFloat16) / TrainingFlops, MatrixSpeed.BFloat16,
                () => Training(TrainingPrecision.BFloat16), [plain, plainHalf]);
        }
        else
        {
            Console.Error.WriteLine("training in bfloat16 is skipped: this processor multiplies in it slower than in float32, as those without AVX512-BF16 do");
        }
        turns.Compare($"alexnet, forward in ONNX Runtime, batch {Batch}", Unit, float32 / ForwardFlops, MatrixSpeed.Float32,
            Forward, [plainPass, .. PyTorch("forward")]);
        return 0;

        Peer[] PyTorch(string what) => hasTorch ? [new("PyTorch in float32", () => PyTorchSpeed(what))] : [];
    }

    /// <summary>Median of a few steps on random pictures that lie in memory.</summary>
    private static double Training(TrainingPrecision precision)
    {
        Laps laps = new();
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
                Epochs = Timed,
                NumberOfThreads = Threads,
                Device = "cpu",
                CancellationToken = enough.Token,
                ProgressCallback = _ =>
                {
                    steps++;
                    // The first epoch waits for pictures that are still being made, and an epoch's first step follows its judging.
                    bool counts = steps > BatchesAnEpoch && steps % BatchesAnEpoch != 1;
                    laps.Mark(counts);
                    if (counts && ++counted == Timed)
                        enough.Cancel();
                },
            }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(BatchesAnEpoch * Batch)));
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // The rest of training, and the files, would only take time.
        }
        return Batch / laps.Median;
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
