using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;
using MLNetGen.AlexNet;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Cli.Bench;

/// <summary>
/// Images a second of torchvision's alexnet at 224×224, batch 32, against PyTorch (tests/peers/alexnet.py): training steps of
/// <see cref="AlexNetTrainer"/> in float32 and bfloat16, and the forward pass in ONNX Runtime. Each in a process of its own, in turn.
/// </summary>
internal static class AlexNetBench
{
    private const string Forward = "forward";
    private const int Threads = 2;
    private const int Batch = 32, Classes = 1000;
    private const int BatchesAnEpoch = 5, WarmUp = BatchesAnEpoch, Timed = 6;

    // Multiply-adds of one picture forward; backward costs twice that, but for the first layer, which passes no gradient on.
    private const double ForwardFlops = 2 * 714.2e6, TrainingFlops = 3 * ForwardFlops - 2 * 70.3e6;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="ImagesPerSecond">By the clock: what counts on a machine with nothing else to do.</param>
    /// <param name="ImagesPerProcessorSecond">By the processor time of all threads: what can be told on a busy one, as long as threads sleep while they wait.</param>
    private sealed record Speed(double ImagesPerSecond, double ImagesPerProcessorSecond);

    /// <summary>Seconds between two marks, by the clock and by the processor.</summary>
    private sealed class Laps
    {
        private readonly List<double> seconds = [], processor = [];
        private long last;
        private TimeSpan used;

        public void Mark(bool counts)
        {
            TimeSpan now = Process.GetCurrentProcess().TotalProcessorTime;
            if (counts)
            {
                seconds.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
                processor.Add((now - used).TotalSeconds);
            }
            used = now;
            last = Stopwatch.GetTimestamp();
        }

        public Speed Speed => new(Batch / Comparison.Median(seconds), Batch / Comparison.Median(processor));
    }

    public static int Run(int rounds, bool json)
    {
        if (BenchProcess.NoTorch() is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }
        double flops = MatrixSpeed.Measure(Threads);
        foreach ((string what, string[] runs, double flopsEach) in ((string, string[], double)[])[
            ("train", [nameof(TrainingPrecision.Float32), nameof(TrainingPrecision.BFloat16)], TrainingFlops), (Forward, [Forward], ForwardFlops)])
        {
            Dictionary<string, List<double>> ours = runs.ToDictionary(run => run, _ => new List<double>());
            List<double> peer = [], quiet = [];
            for (int round = 0; round < rounds; round++)
            {
                foreach (string run in runs)
                    ours[run].Add(Parse(BenchProcess.RunItself("bench", "alexnet", "--once", run)));
                peer.Add(Peer(what, threadsSleep: false));
                quiet.Add(Peer(what, threadsSleep: true));
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}, round {round + 1} of {rounds}: {string.Join(", ", runs.Select(run => string.Create(CultureInfo.InvariantCulture, $"{run} {ours[run][^1]:F1}")))} images/s; PyTorch {peer[^1]:F1}, with sleeping threads {quiet[^1]:F1}"));
            }
            foreach (string run in runs)
            {
                string name = run == Forward ? "alexnet, forward in ONNX Runtime, batch 32" : $"alexnet, training in {run}, batch 32";
                double limit = flops / flopsEach;
                new Comparison(name, "images/s", Comparison.Median(ours[run]), Comparison.Median(peer), "PyTorch in float32", limit, "this machine's float32 limit").Print(json);
                new Comparison(name, "images/s", Comparison.Median(ours[run]), Comparison.Median(quiet), "PyTorch in float32 with OMP_WAIT_POLICY=passive", limit, "this machine's float32 limit").Print(json);
            }
        }
        return 0;
    }

    /// <summary>Our side alone, in this process.</summary>
    /// <param name="what">float32 or bfloat16 for training in it, or forward.</param>
    public static int Once(string what)
    {
        Laps laps = what == Forward ? ForwardLaps() : TrainingLaps(Enum.Parse<TrainingPrecision>(what, ignoreCase: true));
        Console.WriteLine(JsonSerializer.Serialize(laps.Speed, Json));
        return 0;
    }

    /// <summary>Median of a few steps on random pictures that lie in memory; what comes before the first step does not count.</summary>
    private static Laps TrainingLaps(TrainingPrecision precision)
    {
        Laps laps = new();
        int steps = 0;
        using CancellationTokenSource enough = new();
        var ml = new MLContext(seed: 1);
        try
        {
            using AlexNetTransformer trained = ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
            {
                Network = AlexNetNetwork.Torchvision,
                Precision = precision,
                BatchSize = Batch,
                LearningRate = 1e-3,
                Epochs = 1 + (Timed + BatchesAnEpoch - 1) / BatchesAnEpoch,
                NumberOfThreads = Threads,
                Device = "cpu",
                CancellationToken = enough.Token,
                ProgressCallback = _ =>
                {
                    // An epoch's first step follows its judging.
                    laps.Mark(steps++ >= WarmUp && steps % BatchesAnEpoch != 1);
                    if (steps == WarmUp + Timed)
                        enough.Cancel();
                },
            }).Fit(ml.Data.LoadFromEnumerable(RandomPictures(BatchesAnEpoch * Batch)));
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // The rest of training, and the files, would only take time.
        }
        return laps;
    }

    private static Laps ForwardLaps()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "alexnet.onnx");
            using (NewDisposeScope())
            using (AlexNetModule network = AlexNetModule.Create(new(AlexNetNetwork.Torchvision, Classes, 224, 3)))
                OnnxExporter.Export(network, zeros(1, 3, 224, 224), path);
            using SessionOptions options = new() { IntraOpNumThreads = Threads };
            using InferenceSession session = new(path, options);
            float[] pixels = new float[Batch * 3 * 224 * 224];
            Random random = new(1);
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = random.NextSingle();
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [Batch, 3, 224, 224]);
            Dictionary<string, OrtValue> feeds = new() { [session.InputNames[0]] = input };
            using RunOptions run = new();
            Laps laps = new();
            for (int i = 0; i <= WarmUp + Timed; i++)
            {
                using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, feeds, session.OutputNames);
                laps.Mark(i > WarmUp);
            }
            return laps;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Peer(string what, bool threadsSleep) => Parse(BenchProcess.RunPeer(
        "alexnet.py", [what, "--batch", $"{Batch}", "--threads", $"{Threads}", "--warm-up", "2", "--steps", $"{Timed}", "--json"], threadsSleep));

    private static double Parse(string output) => JsonSerializer.Deserialize<Speed>(output.Trim().Split('\n')[^1], Json)!.ImagesPerSecond;

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
