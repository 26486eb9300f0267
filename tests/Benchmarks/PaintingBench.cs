using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Seconds that a trained network takes for a picture of 256×256, against those that optimising the picture takes to the same loss; both judged by a network of
/// VGG-19's shape with random weights.
/// </summary>
internal static class PaintingBench
{
    private const double StyleScale = 1.5;

    private const int Size = 256, TrainingSize = 128, Threads = 2, Passes = 10, MostIterations = 500;

    // VGG-19's convolutions, pools between the blocks: Simonyan and Zisserman 2014, table 1, column E.
    private static readonly int[][] Blocks = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]];

    public static int Run(string? data, int steps, bool json)
    {
        string root = data ?? BenchProcess.DataFolder();
        string painting = Path.Combine(root, "style", "wave.jpg"), photograph = Path.Combine(root, "style", "chicago.jpg"), contents = Path.Combine(root, "cifar10", "train");
        if (!File.Exists(painting) || !File.Exists(photograph) || !Directory.Exists(contents))
        {
            Console.WriteLine($"skipped: there are no style/ and cifar10/ in '{root}'; --data or MLNETGEN_DATA names the folder that has them");
            return 0;
        }
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            string vgg = Path.Combine(folder, "vgg19.onnx");
            SaveRandomVgg(vgg);
            MLContext context = CommandContext.Create(seed: 1);
            using StyleTransferTransformer trained = context.Generative.StyleTransfer(new StyleTransferTrainer.Options
            {
                StylePictures = [painting],
                LossNetwork = vgg,
                StyleScale = StyleScale,
                ImageSize = TrainingSize,
                Steps = steps,
                SnapshotInterval = steps,
                LearningRate = 3e-3,
                Seed = 1,
                Device = "cpu",
                NumberOfThreads = Threads,
                ProgressCallback = step => Report(json, $"training, step {step.Step} of {step.Steps}: loss {step.Loss.Total:G3}"),
            }).Fit(context.Images.LoadFolder(contents));

            Picture picture = PictureResize.ToCover(PictureFile.Read(photograph), Size, Size);
            List<double> seconds = [];
            Picture fast = trained.Model.Stylize(picture);
            for (int pass = 0; pass < Passes; pass++)
            {
                long started = Stopwatch.GetTimestamp();
                trained.Model.Stylize(picture);
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
            double fastSeconds = Comparison.Median(seconds);

            // The painting as large as the network learnt it.
            Picture learnt = PictureResize.ToShorterSide(PictureFile.Read(painting), (int)(TrainingSize * StyleScale));
            using MLImage content = picture.ToImage(), painted = fast.ToImage(), style = learnt.ToImage();
            PaintingOptions options = new()
            {
                LossNetwork = vgg,
                StyleScale = (double)Math.Max(learnt.Width, learnt.Height) / Size,
                Iterations = MostIterations,
                Device = "cpu",
                NumberOfThreads = Threads,
            };
            double wanted = context.Generative.JudgePaintings([painted], content, style, options)[0].Total;
            foreach (PaintingStart start in (PaintingStart[])[PaintingStart.Noise, PaintingStart.Content])
            {
                options.Start = start;
                (double slowSeconds, int iterations, bool reached) = Slow(context, content, style, options, wanted, json);
                Report(json, string.Create(CultureInfo.InvariantCulture, $"loss {wanted:G3}: the network after {steps} steps in {fastSeconds:F3} s; optimising from {start} {(reached ? "reached it" : "had not reached it")} after {iterations} iterations and {slowSeconds:F1} s"));
                string peer = start == PaintingStart.Noise ? "optimising the picture from noise, the paper's baseline (L-BFGS)" : "optimising the picture from the photograph (L-BFGS)";
                new Comparison($"style, a picture of {Size}×{Size} to the same loss, judged by a VGG-19 of random weights", "pictures/s", 1 / fastSeconds, 1 / slowSeconds, peer, 100 / slowSeconds, "100 times the optimisation's speed").Print(json);
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Seconds, int Iterations, bool Reached) Slow(MLContext context, MLImage content, MLImage style, PaintingOptions options, double wanted, bool json)
    {
        options.Seed = 1;
        using CancellationTokenSource reached = new();
        long started = 0;
        double seconds = 0;
        int iterations = 0;
        options.CancellationToken = reached.Token;
        options.ProgressCallback = progress =>
        {
            // What comes before the iterations, such as reading the weights, is done once and does not count: the first one counts as much as the others.
            if (started == 0)
                started = Stopwatch.GetTimestamp();
            double since = Stopwatch.GetElapsedTime(started).TotalSeconds;
            (seconds, iterations) = (progress.Iteration > 1 ? since * progress.Iteration / (progress.Iteration - 1) : double.NaN, progress.Iteration);
            if (progress.Iteration % 5 == 0)
                Report(json, $"optimising, iteration {progress.Iteration}: loss {progress.Best:G3}, wanted {wanted:G3}");
            if (progress.Best <= wanted && progress.Iteration > 1)
                reached.Cancel();
        };
        context.Generative.Paint(content, style, options);
        return (seconds, iterations, reached.IsCancellationRequested);
    }

    private static void SaveRandomVgg(string path)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(1);
        List<Module<Tensor, Tensor>> layers = [];
        int before = 3;
        foreach (int[] block in Blocks)
        {
            if (layers.Count > 0)
                layers.Add(MaxPool2d(2, 2));
            foreach (int channels in block)
            {
                var convolution = Conv2d(before, channels, 3, padding: 1);
                init.kaiming_normal_(convolution.weight!);
                init.zeros_(convolution.bias!);
                layers.Add(convolution);
                layers.Add(ReLU());
                before = channels;
            }
        }
        OnnxExporter.Export(Sequential(layers), zeros(1, 3, 32, 32), path);
    }

    private static void Report(bool json, string text)
    {
        if (!json)
            Console.Error.WriteLine(text);
    }
}
