using System.Globalization;
using Microsoft.ML;
using MLNetGen.Moons;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>The figures of docs/vae.md that take minutes, of three seeds each: nats of the default network on MNIST, digits by class, and moons half-way.</summary>
internal static class VaeFigures
{
    public const string Nats = "nats", Classes = "classes", Moons = "moons";

    private const int Threads = 2, Split = 9000, Seeds = 3, MoonSize = 32;

    public static int Run(string? data, int importanceSamples, string[] parts)
    {
        set_num_threads(Threads);
        data ??= Path.Combine(BenchProcess.DataFolder(), "mnist");
        if (parts.Contains(Moons))
            TellMoons();
        if (!parts.Contains(Nats) && !parts.Contains(Classes))
            return 0;
        if (!Directory.Exists(data))
        {
            Console.WriteLine($"skipped: there is no '{data}': give --data, a folder with MNIST's idx files");
            return 0;
        }
        if (parts.Contains(Nats))
            TellNats(data, importanceSamples);
        if (parts.Contains(Classes))
            TellClasses(data);
        return 0;
    }

    // 9,000 digits to learn from and 1,000 to be judged by.
    private static void TellNats(string data, int importanceSamples)
    {
        List<VaeMetrics> all = [];
        for (int seed = 1; seed <= Seeds; seed++)
        {
            MLContext ml = CommandContext.Create(seed, Threads);
            IDataView digits = ml.Images.Load(data);
            using VaeTransformer vae = ml.Generative.Trainers.Vae(Options(seed, epochs: 20)).Fit(ml.Data.TakeRows(digits, Split));
            all.Add(vae.Evaluate(ml.Data.SkipRows(digits, Split), importanceSamples));
            Bounds($"seed {seed}", all[^1].NegativeElbo, all[^1].NegativeIwae);
        }
        Bounds("mean", all.Average(metrics => metrics.NegativeElbo), all.Average(metrics => metrics.NegativeIwae));
    }

    private static void TellClasses(string data)
    {
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        using ConditionalDigits digits = new(ml, ml.Images.Load(data), Split, Threads);
        Line($"of classes: the classifier is right on {digits.Classifier:P1} of the real digits");
        foreach (VaeArchitecture architecture in (VaeArchitecture[])[VaeArchitecture.Mlp, VaeArchitecture.Convolutional])
        {
            List<(double Agreement, double Variety)> all = [];
            for (int seed = 1; seed <= Seeds; seed++)
            {
                VaeTrainer.Options options = Options(seed, epochs: 60);
                (options.Architecture, options.LatentDimension) = (architecture, 8);
                all.Add(digits.Measure(options));
                Line($"of classes, {architecture}, seed {seed}: drawn as asked {all[^1].Agreement:P1}, variety {all[^1].Variety:F2} of the real digits'");
            }
            Line($"of classes, {architecture}, mean: drawn as asked {all.Average(one => one.Agreement):P1}, variety {all.Average(one => one.Variety):F2}");
        }
    }

    private static void TellMoons()
    {
        double average = 0;
        foreach (int dimension in (int[])[2, 8])
        {
            foreach (bool isAutoencoder in (bool[])[false, true])
            {
                List<(double HalfWay, double Ranks, double Circular)> all = [];
                for (int seed = 1; seed <= Seeds; seed++)
                {
                    MLContext ml = CommandContext.Create(seed, Threads);
                    VaeTrainer.Options options = Options(seed, epochs: 30);
                    (options.LatentDimension, options.Autoencoder) = (dimension, isAutoencoder);
                    using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(4400, MoonSize));
                    MoonCodes codes = new(vae, MoonSize);
                    average = codes.AverageError();
                    all.Add((codes.HalfWayError(), Math.Abs(codes.WaxingRankCorrelation()), codes.CircularCorrelation()));
                    Tell($"seed {seed}", all[^1]);
                }
                Tell("mean", (all.Average(one => one.HalfWay), all.Average(one => one.Ranks), all.Average(one => one.Circular)));

                void Tell(string what, (double HalfWay, double Ranks, double Circular) one) => Line(
                    $"moons, {(isAutoencoder ? "autoencoder" : "VAE")} of {dimension}, {what}: half-way {one.HalfWay:F4}, rank correlation {one.Ranks:F3}, circular {one.Circular:F3}");
            }
        }
        Line($"moons, average of the two pictures: {average:F4}");
    }

    private static VaeTrainer.Options Options(int seed, int epochs) => new() { Epochs = epochs, Seed = seed, NumberOfThreads = Threads, Device = "cpu" };

    private static void Bounds(string what, double negativeElbo, double? negativeIwae) => Line($"{what}: −ELBO {negativeElbo:F2} nats, by importance samples {negativeIwae:F2}");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
