using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Benchmarks.Plain;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Images a second of <see cref="DcganTrainer"/> on the AnimeFace64 networks, of a plain TorchSharp loop in the same process (<see cref="PlainDcgan"/>), and
/// of their PyTorch twin (tests/peers/gan.py).
/// </summary>
internal static class GanBench
{
    private const int Threads = 2;
    private const int Batch = 64;
    // The first pass over the pictures makes them.
    private const int WarmUp = 4, Timed = 8;

    // Of one picture in one step: the generator forward and backward, the discriminator forward three times, backward
    // twice for its own weights and once for the generator's sake, through them.
    private const double Flops = 2.515e9;

    public static IReadOnlyList<Comparison> Run(int rounds, bool json, Device device, bool isPart = false)
    {
        set_num_threads(Threads);
        List<Peer> peers = [new(Peer.PlainLoop, () => PlainDcgan.ImagesPerSecond(Batch, WarmUp, Timed, device))];
        if (device.type == DeviceType.CPU && BenchProcess.HasTorch())
            peers.Add(new("PyTorch", PyTorch));
        Turns turns = new(rounds, json, isPart);
        double limit = MatrixSpeed.Measure(device: device) / Flops;
        foreach (TrainingPrecision precision in MatrixSpeed.Precisions(device))
            turns.Compare($"gan animeface64, batch {Batch}{MatrixSpeed.In(precision)}", "images/s", limit, MatrixSpeed.Float32, () => Ours(precision, device), peers);
        return turns.Results;
    }

    /// <summary>A few steps on random pictures; the first ones do not count.</summary>
    private static double Ours(TrainingPrecision precision, Device device)
    {
        // On a GPU steps are told of by windows.
        int window = device.type == DeviceType.CPU ? 1 : Trainer.StepsAWindow;
        Laps laps = new();
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        using DcganTransformer trained = ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
        {
            Network = DcganNetwork.AnimeFace64,
            Precision = precision,
            BatchSize = Batch,
            Steps = (WarmUp + Timed) * window,
            // No round ends between, and with it a window.
            SampleInterval = (WarmUp + Timed) * window,
            NumberOfThreads = Threads,
            Device = device.ToString(),
            ProgressCallback = progress =>
            {
                if (progress.Step % window == 0)
                    laps.Mark(counts: progress.Step > WarmUp * window);
            },
        }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(4 * Batch)));
        return Batch * window / laps.Median;
    }

    private static double PyTorch()
    {
        string output = BenchProcess.RunPeer("gan.py", ["--batch", $"{Batch}", "--threads", $"{Threads}", "--warm-up", $"{WarmUp}", "--steps", $"{Timed}", "--json"]);
        using JsonDocument speed = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return speed.RootElement.GetProperty("imagesPerSecond").GetDouble();
    }

    private static IEnumerable<Row> RandomPictures(int count)
    {
        Random random = new(1);
        for (int row = 0; row < count; row++)
        {
            yield return new() { Image = RandomPicture.Of(random, Row.Size) };
        }
    }

    private sealed class Row
    {
        public const int Size = 64;

        [ImageType(Size, Size)]
        public required MLImage Image { get; init; }
    }
}
