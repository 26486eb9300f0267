using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainStyleCommand
{
    public static Command Create()
    {
        TrainingFlags training = new("style", "4");
        StyleFlags flags = new();
        Option<string> content = new("--content", "--data") { Description = "A folder of photographs to practise on; what they show does not matter", Required = true };
        Option<bool> strict = StrictReading.Option();
        Option<long> maxPixels = LargestPicture.Option();
        Command command = new("style", "A style network: repaints any picture in the manner of a painting, in one pass");
        flags.AddTo(command);
        command.Add(content);
        command.Add(strict);
        command.Add(maxPixels);
        training.AddTo(command);
        OutputPlace.AddCheck(command, content);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            IDataView photographs = context.Images.Load(parsed.GetValue(content)!, new ImageFolderOptions { Strict = parsed.GetValue(strict), MaximumPixels = parsed.GetValue(maxPixels) });
            StyleTransferTrainer.Options options = flags.Options(parsed);
            training.Set(options, parsed);
            int code = StyleRun.Train(context, options, photographs, flags.FixedSize.Of(parsed), parsed.GetValue(flags.Bytes), cancel);
            new DataRecord { Data = parsed.GetValue(content) }.Write(options.WorkspacePath!, photographs, test: null);
            return code;
        });
        return command;
    }
}

/// <summary>Trains a style network with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class StyleRun
{
    public static int Train(
        MLContext context, StyleTransferTrainer.Options options, IDataView photographs, (int Width, int Height) size, bool bytes, CancellationToken cancel)
    {
        bool finished = false;
        return new TrainingRun<StyleTransferTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = round => { finished = true; line(round.ToString()); };
                return context.Generative.StyleTransfer(options).Fit(photographs);
            },
            FromCheckpoint = () => context.Generative.StyleTransfer(options).FitFromCheckpoint(photographs),
            // One of an earlier run was set aside before the first round.
            HasCheckpoint = () => (options.Resume || finished) && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint")),
            Before = "the first snapshot",
            LeftBy = model => $"step {model.Rounds[^1].Step}",
            Write = (model, _) => Write(context, model, photographs, options, size, bytes),
            Stopped = model => model.Stopped,
        }.Run(cancel);
    }

    private static TrainingPosition Position(StyleTransferProgress p) => new(p.Step, p.Steps, string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}/{p.Steps}  loss {p.Loss.Total:G3} = content {p.Loss.Content:G3} + style {p.Loss.Style:G3} + smoothness {p.Loss.TotalVariation:G2}  {p.ImagesPerSecond:F1} images/s"), p.Remaining);

    private static void Write(
        MLContext context, StyleTransferTransformer model, IDataView photographs, StyleTransferTrainer.Options options, (int Width, int Height) size, bool bytes)
    {
        string folder = options.WorkspacePath!;
        model.SaveOnnx(folder, bytes);
        model.SaveReport(folder, options.CommandLine);
        OutputFile.Write(Path.Combine(folder, ModelFile.Zip), unfinished => context.Model.Save(model.ToFixedSize(size.Width, size.Height), photographs.Schema, unfinished));
        IReadOnlyList<string> styles = model.Model.Styles;
        HashSet<string> names = [];
        foreach (string path in options.TestPictures)
        {
            // Pictures of several folders may have one name.
            string name = Path.GetFileNameWithoutExtension(path), free = name;
            for (int i = 2; !names.Add(free); i++) free = $"{name}-{i}";
            Picture picture = PictureFile.Read(path);
            for (int style = 0; style < styles.Count; style++)
            {
                string target = Path.Combine(folder, $"{free}-in-{styles[style]}.png");
                model.Model.Stylize(picture, new StylizeOptions { StyleWeights = [.. Enumerable.Range(0, styles.Count).Select(i => i == style ? 1.0 : 0)] }).Save(target);
                Console.WriteLine($"painted {target}");
            }
        }
        if (model.RatioToColorMatched is { } ratio)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"test: {ratio:F2} times the loss of the same photographs with the painting's colours alone, of the style term {model.StyleRatioToColorMatched:F2}; content lost {model.ContentError:F2} (the worst of them)"));
    }
}
