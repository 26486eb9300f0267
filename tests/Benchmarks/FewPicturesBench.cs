using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Evaluation;

namespace MLNetGen.Benchmarks;

/// <summary>
/// A classifier of CIFAR-10 from a few pictures a class: <see cref="FineTuneTrainer"/> on ResNet-18, frozen and with all layers, against ML.NET's own way (the same ResNet-18's features and
/// LbfgsMaximumEntropy), and AlexNet from scratch, each judged on all test pictures.
/// </summary>
/// <remarks>
/// ML.NET is given the pictures as they come, which its ResizeImages enlarges, and enlarged bicubically before, which is better. What its DnnFeaturizeImage does is done by the
/// transformers that it is made of.
/// </remarks>
internal static class FewPicturesBench
{
    private const int Size = 224, Seed = 1, AlexNetEpochs = 60;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Result(string Way, double Top1, int Tested, double FitSeconds);

    public static int Run(string? data, int perClass, int? tested, bool json)
    {
        string folder = data ?? Path.Combine(BenchProcess.DataFolder(), "cifar10");
        if (!Directory.Exists(Path.Combine(folder, "train")) || !Directory.Exists(Path.Combine(folder, "test")))
        {
            Console.WriteLine($"skipped: there are no train/ and test/ in '{folder}'; --data or MLNETGEN_DATA names the folder that has them");
            return 0;
        }

        MLContext context = CommandContext.Create(Seed);
        IDataView all = context.Images.LoadFolder(Path.Combine(folder, "train")), others = context.Images.LoadFolder(Path.Combine(folder, "test"));
        int classes = all.GetColumn<string>("Label").Distinct().Count();
        IDataView few = context.Data.StratifiedTrainTestSplit(all, (double)perClass * classes / RowSubset.Count(all), seed: Seed).Test;
        IDataView test = tested is { } most ? RowSubset.Spread(others, most) : others;
        Console.Error.WriteLine($"{RowSubset.Count(few)} pictures of {classes} classes to learn from, {RowSubset.Count(test)} to be judged by");
        IDataView train = context.Transforms.Conversion.MapValueToKey("Label").Fit(few).Transform(few);
        List<Result> results =
        [
            Measure("ours, frozen", () => FineTune(frozen: true)),
            Measure("ours, all layers", () => FineTune(frozen: false)),
            Measure("ML.NET's features and regression, pictures enlarged smoothly before", () => Theirs(Smooth(few)), Smooth(test)),
            Measure("ML.NET's features and regression, as they come", () => Theirs(Shielded(few)), Shielded(test)),
            Measure("AlexNet from scratch", () => context.MulticlassClassification.Trainers.AlexNet(context, new AlexNetTrainer.Options { Seed = Seed, Device = "cpu", Epochs = AlexNetEpochs }).Fit(train)),
        ];
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(results, Json));
        Result ours = results[1], theirs = results[2];
        string verdict = ours.Top1 >= theirs.Top1 ? "allowed" : "missed";
        if (!json)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all layers {ours.Top1:P1}, ML.NET {theirs.Top1:P1} ({verdict}: at least ML.NET's)"));
        return 0;

        ITransformer FineTune(bool frozen) => context.MulticlassClassification.Trainers.FineTune(context, new FineTuneTrainer.Options
        {
            Frozen = frozen,
            Seed = Seed,
            Device = "cpu",
            MetricsCallback = epoch => Console.Error.WriteLine(epoch),
        }).Fit(train);

        Result Measure(string way, Func<ITransformer> fit, IDataView? rows = null)
        {
            Stopwatch clock = Stopwatch.StartNew();
            ITransformer model = fit();
            double seconds = clock.Elapsed.TotalSeconds;
            double right = Accuracy(model.Transform(rows ?? test));
            (model as IDisposable)?.Dispose();
            Result result = new(way, right, RowSubset.Count(test), seconds);
            string line = string.Create(CultureInfo.InvariantCulture, $"{way}: {right:P1} of {result.Tested:N0}, fitted in {seconds:F0} s");
            (json ? Console.Error : Console.Out).WriteLine(line);
            return result;
        }

        // What DnnFeaturizeImage is made of, and the trainer with its defaults.
        ITransformer Theirs(IDataView rows)
        {
            string network = ResNet18File.Find()!;
            return context.Transforms.Conversion.MapValueToKey("Label")
                .Append(context.Transforms.ResizeImages("Resized", Size, Size, "Image"))
                .Append(context.Transforms.ExtractPixels("OriginalInput", "Resized"))
                .Append(context.Transforms.ApplyOnnxModel("PreprocessedInput", "OriginalInput", ResNet18File.PreparationOf(network)))
                .Append(context.Transforms.CopyColumns(ResNet18File.Input, "PreprocessedInput"))
                .Append(context.Transforms.ApplyOnnxModel(ResNet18File.Output, ResNet18File.Input, network))
                // Or the features would be computed again in every iteration.
                .AppendCacheCheckpoint(context)
                .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", ResNet18File.Output))
                .Fit(rows);
        }

        // ML.NET disposes of pictures that it was given.
        IDataView Shielded(IDataView rows) => new PictureShield(["Image"]).Over(rows);

        IDataView Smooth(IDataView rows) => Shielded(new PictureMapTransformer("Image", "Image", picture => PictureResize.ToCover(picture, Size, Size)).Transform(Shielded(rows)));
    }

    // By the classes' names: the places of two models' scores need not be the same.
    private static double Accuracy(IDataView scored)
    {
        DataViewSchema.Column score = scored.Schema["Score"];
        VBuffer<ReadOnlyMemory<char>> slots = default;
        score.GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        ClassLabels labels = ClassLabels.ReadAs(new ClassList(names), scored, "Label", CancellationToken.None);
        return scored.GetColumn<float[]>("Score").Zip(labels.Rows).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == pair.Second) / (double)labels.Rows.Length;
    }
}
