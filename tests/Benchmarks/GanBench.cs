using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Benchmarks.Plain;
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

    public static int Run(int rounds, bool json)
    {
        set_num_threads(Threads);
        List<Peer> peers = [new(Peer.PlainLoop, () => PlainDcgan.ImagesPerSecond(Batch, WarmUp, Timed))];
        if (BenchProcess.HasTorch())
            peers.Add(new("PyTorch", PyTorch));
        new Turns(rounds, json).Compare($"gan animeface64, batch {Batch}", "images/s", MatrixSpeed.Measure() / Flops, MatrixSpeed.Float32, Ours, peers);
        return 0;
    }

    /// <summary>A few steps on random pictures; the first ones do not count.</summary>
    private static double Ours()
    {
        Laps laps = new();
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        using DcganTransformer trained = ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
        {
            Network = DcganNetwork.AnimeFace64,
            BatchSize = Batch,
            Steps = WarmUp + Timed,
            NumberOfThreads = Threads,
            Device = "cpu",
            ProgressCallback = progress => laps.Mark(counts: progress.Step > WarmUp),
        }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(4 * Batch)));
        return Batch / laps.Median;
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
