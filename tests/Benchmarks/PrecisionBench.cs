using System.Globalization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Whether families come out as well in bfloat16 as in float32: three seeds each, and the means. What <see cref="TrainingPrecision.Auto"/> goes by (docs/performance.md).
/// </summary>
internal static class PrecisionBench
{
    private const int Seeds = 3, Threads = 2;

    private static readonly (string Name, string Figure, bool IsLess, Func<string, int, TrainingPrecision, double> Train)[] Families =
    [
        ("vae-mlp", "−ELBO, nats", true, (data, seed, precision) => Vae(data, seed, precision, VaeArchitecture.Mlp, epochs: 20)),
        ("vae-convolutional", "−ELBO, nats", true, (data, seed, precision) => Vae(data, seed, precision, VaeArchitecture.Convolutional, epochs: 10)),
        ("gan", "kernel distance", true, Gan),
        ("alexnet", "top-1, %", false, AlexNet),
        ("style", "style term", true, Style),
        ("super-resolution", "PSNR, dB", false, SuperResolution),
    ];

    /// <summary>The names of <see cref="Run"/>.</summary>
    public static IEnumerable<string> Names => Families.Select(family => family.Name);

    public static int Run(string? data, IReadOnlyList<string> names)
    {
        data ??= BenchProcess.DataFolder();
        if (!Directory.Exists(Path.Combine(data, "cifar10")))
        {
            Console.WriteLine($"skipped: there is no cifar10/ in '{data}'; --data or MLNETGEN_DATA names the folder that has mnist/, cifar10/, avatars/ and style/");
            return 0;
        }
        set_num_threads(Threads);
        Console.WriteLine("| | | float32, each seed | bfloat16 | means | standard error of float32's | as good |\n|---|---|---|---|---|---|---|");
        foreach ((string name, string figure, bool isLess, Func<string, int, TrainingPrecision, double> train) in Families.Where(family => names.Count == 0 || names.Contains(family.Name)))
        {
            double[] single = new double[Seeds], half = new double[Seeds];
            for (int seed = 1; seed <= Seeds; seed++)
            {
                single[seed - 1] = train(data, seed, TrainingPrecision.Float32);
                half[seed - 1] = train(data, seed, TrainingPrecision.BFloat16);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed}: float32 {single[seed - 1]:G5}, bfloat16 {half[seed - 1]:G5} {figure}"));
            }
            double mean = single.Average(), other = half.Average(), error = Math.Sqrt(single.Sum(value => Math.Pow(value - mean, 2)) / (Seeds - 1) / Seeds);
            bool isAsGood = (isLess ? other - mean : mean - other) <= error;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {figure} | {Listed(single)} | {Listed(half)} | {mean:G4}, {other:G4} | {error:G2} | {(isAsGood ? "yes" : "no")} |"));
        }
        return 0;
    }

    private static string Listed(double[] figures) => string.Join(", ", figures.Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));

    private static double Vae(string data, int seed, TrainingPrecision precision, VaeArchitecture architecture, int epochs)
    {
        MLContext ml = CommandContext.Create(seed, Threads);
        IDataView digits = ml.Images.Load(Path.Combine(data, "mnist"));
        using VaeTransformer vae = ml.Generative.Trainers.Vae(Of(new VaeTrainer.Options { Architecture = architecture, Epochs = epochs }, seed, precision)).Fit(ml.Data.TakeRows(digits, 9000));
        return vae.Evaluate(ml.Data.SkipRows(digits, 9000)).NegativeElbo;
    }

    private static double Gan(string data, int seed, TrainingPrecision precision)
    {
        const int Judged = 500;
        MLContext ml = CommandContext.Create(seed, Threads);
        IDataView all = ml.Images.LoadFolder(Path.Combine(data, "avatars")), held = ml.Data.TakeRows(all, Judged);
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(
            Of(new DcganTrainer.Options { Network = DcganNetwork.AnimeFace64, ImageSize = 32, Width = 16, Steps = 1200 }, seed, precision)).Fit(ml.Data.SkipRows(all, Judged));
        IDataView made = gan.Generator.Transform(ml.Generative.SampleLatent(Judged, gan.LatentDimension, seed: 1));
        using FeatureExtractor features = FeatureExtractor.Default(ml, held);
        return ml.Generative.Evaluate(held, made, "Image", features).KernelDistance;
    }

    private static double AlexNet(string data, int seed, TrainingPrecision precision)
    {
        MLContext ml = CommandContext.Create(seed, Threads);
        IDataView all = ml.Images.LoadFolder(Path.Combine(data, "cifar10", "train")), test = RowSubset.Spread(ml.Images.LoadFolder(Path.Combine(data, "cifar10", "test")), 1000);
        ITransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(all);
        double top1 = 0;
        AlexNetTrainer.Options options = new() { Epochs = 6, ValidationSet = keys.Transform(test), MetricsCallback = epoch => top1 = epoch.Test!.Top1 };
        using AlexNetTransformer trained = ml.MulticlassClassification.Trainers.AlexNet(ml, Of(options, seed, precision)).Fit(RowSubset.Spread(keys.Transform(all), 3000));
        return 100 * top1;
    }

    private static double Style(string data, int seed, TrainingPrecision precision)
    {
        MLContext ml = CommandContext.Create(seed, Threads);
        double style = 0;
        StyleTransferTrainer.Options options = new()
        {
            StylePictures = [Path.Combine(data, "style", "wave.jpg")],
            Network = StyleNetwork.Small,
            ImageSize = 128,
            TestPictureSize = 128,
            Steps = 200,
            MetricsCallback = round => style = round.Test.Style,
        };
        using StyleTransferTransformer trained = ml.Generative.StyleTransfer(Of(options, seed, precision)).Fit(RowSubset.Spread(ml.Images.LoadFolder(Path.Combine(data, "cifar10", "train")), 800));
        return style;
    }

    private static double SuperResolution(string data, int seed, TrainingPrecision precision)
    {
        MLContext ml = CommandContext.Create(seed, Threads);
        IDataView all = ml.Images.LoadFolder(Path.Combine(data, "avatars"));
        double psnr = 0;
        SuperResolutionTrainer.Options options = new()
        {
            Factor = 4,
            PatchSize = 64,
            Epochs = 3,
            ValidationSet = ml.Data.TakeRows(all, 48),
            MetricsCallback = epoch => psnr = epoch.Test!.PeakSignalToNoise,
        };
        using SuperResolutionTransformer trained = ml.Generative.SuperResolution(Of(options, seed, precision)).Fit(ml.Data.TakeRows(ml.Data.SkipRows(all, 48), 640));
        return psnr;
    }

    private static TOptions Of<TOptions>(TOptions options, int seed, TrainingPrecision precision)
        where TOptions : TrainingOptions
    {
        (options.Seed, options.Precision, options.NumberOfThreads, options.Device) = (seed, precision, Threads, "cpu");
        return options;
    }
}
