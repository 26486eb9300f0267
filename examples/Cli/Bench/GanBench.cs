using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Cli.Bench;

/// <summary>
/// Images a second of <see cref="DcganTrainer"/> on the AnimeFace64 networks and of their PyTorch twin (tests/peers/gan.py),
/// each in a process of its own, in turn.
/// </summary>
internal static class GanBench
{
    private const int Threads = 2;
    private const int Batch = 64;
    private const int WarmUp = 4, Timed = 12, PeerTimed = 6;

    // Of one picture in one step: the generator forward and backward, the discriminator forward three times, backward
    // twice for its own weights and once for the generator's sake, through them.
    private const double Flops = 2.515e9;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Speed(double ImagesPerSecond);

    public static int Run(int rounds, bool json)
    {
        if (BenchProcess.NoTorch() is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }
        double flops = MatrixSpeed.Measure(Threads);
        List<double> ours = [], peer = [], quiet = [];
        for (int round = 0; round < rounds; round++)
        {
            ours.Add(Parse(BenchProcess.RunItself("bench", "gan", "--once")));
            peer.Add(Peer(threadsSleep: false));
            quiet.Add(Peer(threadsSleep: true));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1} of {rounds}: {ours[^1]:F1} images/s, PyTorch {peer[^1]:F1}, with sleeping threads {quiet[^1]:F1}"));
        }
        const string Name = "gan animeface64, batch 64";
        double limit = flops / Flops;
        new Comparison(Name, "images/s", Comparison.Median(ours), Comparison.Median(peer), "PyTorch", limit).Print(json);
        new Comparison(Name, "images/s", Comparison.Median(ours), Comparison.Median(quiet), "PyTorch with OMP_WAIT_POLICY=passive", limit).Print(json);
        return 0;
    }

    /// <summary>Trains for a few steps on random pictures and prints how fast; the first steps do not count.</summary>
    public static int Once()
    {
        List<double> seconds = [];
        long last = 0;
        var ml = new MLContext(seed: 1);
        using DcganTransformer trained = ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
        {
            Network = DcganNetwork.AnimeFace64,
            BatchSize = Batch,
            Steps = WarmUp + Timed,
            NumberOfThreads = Threads,
            Device = "cpu",
            ProgressCallback = progress =>
            {
                if (progress.Step > WarmUp)
                    seconds.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
                last = Stopwatch.GetTimestamp();
            },
        }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(4 * Batch)));
        Console.WriteLine(JsonSerializer.Serialize(new Speed(Batch / Comparison.Median(seconds)), Json));
        return 0;
    }

    private static double Peer(bool threadsSleep) => Parse(BenchProcess.RunPeer(
        "gan.py", ["--batch", $"{Batch}", "--threads", $"{Threads}", "--warm-up", "2", "--steps", $"{PeerTimed}", "--json"], threadsSleep));

    private static double Parse(string output) => JsonSerializer.Deserialize<Speed>(output.Trim().Split('\n')[^1], Json)!.ImagesPerSecond;

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
