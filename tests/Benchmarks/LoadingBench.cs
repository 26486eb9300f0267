using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Does loading starve training? AlexNet at 224 pixels on JPEG files: the first epoch reads, decodes and resizes them
/// beside training, the second has the same pictures in memory.
/// </summary>
internal static class LoadingBench
{
    public const int DefaultPictures = 10_000, DefaultSteps = 60;

    private const int Threads = 2;
    private const int Batch = 32;
    private const double LeastRatio = 0.85;
    private const double MostWaiting = 0.1;
    private const int StoredBytes = 3 * 256 * 256;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Pictures">Files.</param>
    /// <param name="FileBytes">Their mean size.</param>
    /// <param name="Streamed">Images a second of the first epoch.</param>
    /// <param name="FromMemory">Images a second of the second one's first steps.</param>
    /// <param name="Waiting">Share of the first epoch that training waited for pictures.</param>
    /// <param name="WaitingFromMemory">The same of the second.</param>
    private sealed record Result(int Pictures, double FileBytes, double Streamed, double FromMemory, double Waiting, double WaitingFromMemory)
    {
        public double Ratio => Streamed / FromMemory;

        public bool Passes => Ratio >= LeastRatio && Waiting < MostWaiting;

        [JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"loading {Pictures:N0} JPEG pictures of {LoadingPictures.Width}×{LoadingPictures.Height} ({FileBytes / 1000:F0} kB each), alexnet 224, batch {Batch}, {Threads} threads: "
            + $"{Streamed:F1} images/s from files, {FromMemory:F1} from memory: {Ratio:F2}× ({Allowed(Ratio >= LeastRatio, $"{LeastRatio}× or more")}); "
            + $"waiting for data: {Waiting:P1} ({Allowed(Waiting < MostWaiting, $"below {MostWaiting:P0}")}), from memory {WaitingFromMemory:P1}");

        private static string Allowed(bool isMet, FormattableString limit) => $"{(isMet ? "allowed" : "missed")}: {limit.ToString(CultureInfo.InvariantCulture)}";
    }

    public static int Run(int pictures, int steps, bool json)
    {
        if (pictures < 3 * Batch || steps < 1)
            throw new ArgumentException($"{pictures} pictures and {steps} steps are too few to measure: give at least {3 * Batch} pictures (--pictures) and 1 step (--steps).");
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            double fileBytes = LoadingPictures.Write(folder, pictures);
            Result result = Measure(Path.Combine(folder, "pictures"), pictures, steps, fileBytes);
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Json) : result.Text);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Result Measure(string folder, int pictures, int steps, double fileBytes)
    {
        using CancellationTokenSource enough = new();
        Clock streamed = new(), fromMemory = new();
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        AlexNetTrainer trainer = ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
        {
            Network = AlexNetNetwork.Torchvision,
            BatchSize = Batch,
            Epochs = 2,
            NumberOfThreads = Threads,
            Device = "cpu",
            MemoryBudget = (long)pictures * StoredBytes,
            CancellationToken = enough.Token,
            ProgressCallback = progress =>
            {
                (progress.Epoch == 1 ? streamed : fromMemory).Tick(progress.Batch, progress.WaitingShare);
                if (progress.Epoch == 1 && progress.Batch == progress.Batches)
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from files: {streamed.ImagesPerSecond:F1} images/s, waiting for data {streamed.Waiting:P1}"));
                if (progress.Epoch == 2 && progress.Batch == Math.Min(steps + 1, progress.Batches))
                    enough.Cancel();
            },
        });
        try
        {
            trainer.Fit(ml.Images.LoadFolder(folder)).Dispose();
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // All is measured; what was trained is of no use.
        }
        return new Result(pictures, fileBytes, streamed.ImagesPerSecond, fromMemory.ImagesPerSecond, streamed.Waiting, fromMemory.Waiting);
    }

    /// <summary>Steps of one epoch after its first, which has what happens once in a process.</summary>
    private sealed class Clock
    {
        private long first, last;
        private int steps;

        public double Waiting { get; private set; }

        public double ImagesPerSecond => steps * Batch / Stopwatch.GetElapsedTime(first, last).TotalSeconds;

        public void Tick(int step, double waiting)
        {
            last = Stopwatch.GetTimestamp();
            if (step == 1)
                first = last;
            steps = step - 1;
            Waiting = waiting;
        }
    }
}
