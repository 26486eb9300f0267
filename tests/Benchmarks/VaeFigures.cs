using System.Globalization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>The figures of docs/vae.md that take minutes: nats of the default network on MNIST, 9,000 digits to learn from and 1,000 to be judged by; digits by class.</summary>
internal static class VaeFigures
{
    private const int Threads = 2, Split = 9000, Seeds = 3, Epochs = 20;

    public static int Run(string? data, int importanceSamples)
    {
        data ??= Path.Combine(Environment.GetEnvironmentVariable("MLNETGEN_DATA") ?? Path.Combine(BenchProcess.RepositoryRoot(), "..", "shared", "data"), "mnist");
        if (!Directory.Exists(data))
        {
            Console.WriteLine($"skipped: there is no '{data}': give --data, a folder with MNIST's idx files");
            return 0;
        }
        set_num_threads(Threads);
        List<VaeMetrics> all = [];
        for (int seed = 1; seed <= Seeds; seed++)
        {
            MLContext ml = CommandContext.Create(seed, Threads);
            IDataView digits = ml.Images.Load(data);
            using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options { Epochs = Epochs, Seed = seed, NumberOfThreads = Threads, Device = "cpu" }).Fit(ml.Data.TakeRows(digits, Split));
            all.Add(vae.Evaluate(ml.Data.SkipRows(digits, Split), importanceSamples));
            Tell($"seed {seed}", all[^1].NegativeElbo, all[^1].NegativeIwae);
        }
        Tell("mean", all.Average(metrics => metrics.NegativeElbo), all.Average(metrics => metrics.NegativeIwae));
        foreach (VaeArchitecture architecture in Enum.GetValues<VaeArchitecture>())
        {
            MLContext ml = CommandContext.Create(seed: 1, Threads);
            VaeTrainer.Options options = new() { Architecture = architecture, LatentDimension = 8, Epochs = 60, Seed = 1, NumberOfThreads = Threads, Device = "cpu" };
            ConditionalDigits digits = ConditionalDigits.Measure(ml, ml.Images.Load(data), Split, options, classifierEpochs: 15);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"of classes, {architecture}: classifier {digits.Classifier:P1}, agreement {digits.Agreement:P1}, variety {digits.Variety:F2} of the real digits'"));
        }
        return 0;
    }

    private static void Tell(string what, double negativeElbo, double? negativeIwae) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: −ELBO {negativeElbo:F2} nats, by importance samples {negativeIwae:F2}"));
}
