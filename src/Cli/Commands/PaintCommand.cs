using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class PaintCommand
{
    private const string FromMatched = "matched", FromContent = "content", FromNoise = "noise";

    public static Command Create()
    {
        PaintingOptions defaults = new();
        Option<string?> content = new("--content") { Description = "The photograph; unset: a picture of the style alone" };
        Option<string?> style = new("--style") { Description = "The painting; unset: the photograph as its content layer knows it" };
        Option<string?> network = new("--loss-network") { Description = LossNetworkFlag.Description };
        Option<PaintingOptimizer> optimizer = new("--optimizer") { Description = "lbfgs or adam" };
        Option<double?> rate = new("--learning-rate", "--lr") { Description = "The optimiser's rate; unset: 1 for L-BFGS, 5 for Adam" };
        Option<string> start = new("--init") { Description = "matched (the photograph in the painting's colours), content, noise (from which L-BFGS begins with some steps of Adam), or a picture to paint over", DefaultValueFactory = _ => FromMatched };
        Option<int> iterations = new("--iterations") { Description = "How often the picture is changed", DefaultValueFactory = _ => defaults.Iterations };
        Option<int?> size = new("--size") { Description = "The longer side in pixels; unset: the photograph's, at most 512. Time and memory grow with its square" };
        Option<string?> contentLayer = new("--content-layer") { Description = "Where content is compared; unset: the loss network's own, stage1 of ResNet-18" };
        StyleLayersFlag styleLayers = new();
        Option<double?> contentWeight = new("--content-weight") { Description = "Of the content term; 0: style alone; unset: as published, or calibrated" };
        Option<double?> styleWeight = new("--style-weight") { Description = "Of the style term; 0: content alone; unset: as published, or calibrated" };
        Option<double?> variationWeight = new("--tv-weight") { Description = "Of the total variation; unset: as published, or calibrated" };
        Option<double> scale = new("--style-scale") { Description = "How large strokes are; 1: the painting as large as the picture", DefaultValueFactory = _ => defaults.StyleScale };
        Option<KeptColors> colors = KeptColorsFlag.Create();
        Option<string?> mask = new("--mask") { Description = "A picture: white is painted, black stays" };
        Option<int> interval = new("--snapshot-interval") { Description = "Iterations between two snapshots; 0: none", DefaultValueFactory = _ => defaults.SnapshotInterval };
        Option<int> seed = new("--seed") { Description = "Of the noise", DefaultValueFactory = _ => 1 };
        Option<string?> device = new("--device") { Description = "cpu, cuda or cuda:N; unset: CUDA where there is one" };
        Option<int> threads = new("--threads") { Description = "Processor cores to use; 0: all" };
        Option<string> output = new("--out") { Description = "Folder for the painting, snapshots and report", DefaultValueFactory = _ => Path.Combine("out", "painting") };
        Command command = new("paint", "Paint a photograph in the manner of a painting by optimising the picture itself: slow, and without training")
        {
            content, style, network, optimizer, rate, start, iterations, size, contentLayer, styleLayers.Option, contentWeight, styleWeight, variationWeight,
            scale, colors, mask, interval, seed, device, threads, output,
        };
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(seed), parsed.GetValue(threads));
            context.Log += LogLines.Show;
            string from = parsed.GetValue(start)!;
            using MLImage? photograph = Load(parsed.GetValue(content)), painting = Load(parsed.GetValue(style)), area = Load(parsed.GetValue(mask));
            using MLImage? given = from is FromMatched or FromContent or FromNoise ? null : Load(from);
            PaintingOptions options = new()
            {
                LossNetwork = parsed.GetValue(network),
                ContentLayer = parsed.GetValue(contentLayer),
                StyleLayers = styleLayers.Value(parsed),
                ContentWeight = parsed.GetValue(contentWeight),
                StyleWeight = parsed.GetValue(styleWeight),
                TotalVariationWeight = parsed.GetValue(variationWeight),
                Optimizer = parsed.GetValue(optimizer),
                LearningRate = parsed.GetValue(rate),
                Iterations = parsed.GetValue(iterations),
                Start = from switch { FromNoise => PaintingStart.Noise, FromContent => PaintingStart.Content, _ => PaintingStart.ColorMatched },
                StartPicture = given,
                Size = parsed.GetValue(size),
                StyleScale = parsed.GetValue(scale),
                KeptColors = parsed.GetValue(colors),
                Mask = area,
                SnapshotInterval = parsed.GetValue(interval),
                Seed = parsed.GetValue(seed),
                Device = parsed.GetValue(device),
                NumberOfThreads = parsed.GetValue(threads),
                WorkspacePath = parsed.GetValue(output),
                CancellationToken = cancel,
                CommandLine = CommandContext.CommandLine,
            };
            return Paint(context, photograph, painting, options);
        });
        return command;
    }

    public static int Paint(MLContext context, MLImage? content, MLImage? style, PaintingOptions options)
    {
        Painting painting = TrainingDisplay.Show("painting", (step, line) =>
        {
            options.ProgressCallback = progress =>
            {
                step(() => new(progress.Iteration, progress.Iterations, Describe(progress), progress.Remaining));
                if (options.SnapshotInterval > 0 && progress.Iteration % options.SnapshotInterval == 0)
                    line($"iteration {progress.Iteration}: {Describe(progress.Terms)}");
            };
            return context.Generative.Paint(content, style, options);
        });
        JsonOutput.Add("loss", painting.Terms);
        JsonOutput.Wrote(options.WorkspacePath!);
        Console.WriteLine(Describe(painting.Terms));
        if (painting.FilesMissing is { } missing)
        {
            Console.Error.WriteLine($"mlnetgen: files are missing in {options.WorkspacePath}: {missing}");
            return Failure.ExitCode;
        }
        CommonOptions.Page = Path.Combine(options.WorkspacePath!, "report.html");
        Console.WriteLine($"painting, snapshots and report are in {options.WorkspacePath}: open {Path.Combine(options.WorkspacePath!, "report.html")}");
        if (painting.Stopped is null)
            return 0;
        Console.Error.WriteLine($"mlnetgen: {Failure.InOptions(painting.Stopped)}");
        return options.CancellationToken.IsCancellationRequested ? Failure.Interrupted : Failure.ExitCode;
    }

    private static string Describe(PaintingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"loss {progress.Terms.Total:G4}");

    private static string Describe(StyleLossTerms terms) => string.Create(
        CultureInfo.InvariantCulture, $"loss {terms.Total:G4} = content {terms.Content:G4} + style {terms.Style:G4} + total variation {terms.TotalVariation:G4}");

    private static MLImage? Load(string? path) => path is null ? null : PictureFile.Read(path).ToImage();
}
