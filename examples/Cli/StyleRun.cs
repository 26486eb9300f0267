using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a style network with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class StyleRun
{
    public static int Train(
        MLContext context, StyleTransferTrainer.Options options, IDataView photographs, (int Width, int Height) size, bool bytes, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        return new TrainingRun<StyleTransferTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = round => { saved = true; line(round.ToString()); };
                return context.Generative.StyleTransfer(options).Fit(photographs);
            },
            FromCheckpoint = () => context.Generative.StyleTransfer(options).FitFromCheckpoint(photographs),
            HasCheckpoint = () => saved,
            Before = "the first snapshot",
            LeftBy = model => $"step {model.Rounds[^1].Step}",
            Write = (model, _) => Write(context, model, photographs, options, size, bytes, commandLine),
            Stopped = model => model.Stopped,
        }.Run(cancel);
    }

    private static TrainingPosition Position(StyleTransferProgress p) => new(p.Step, p.Steps, string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}/{p.Steps}  loss {p.Loss.Total:G3} = content {p.Loss.Content:G3} + style {p.Loss.Style:G3} + smoothness {p.Loss.TotalVariation:G2}  {p.ImagesPerSecond:F1} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(
        MLContext context, StyleTransferTransformer model, IDataView photographs, StyleTransferTrainer.Options options, (int Width, int Height) size, bool bytes, IReadOnlyList<string> commandLine)
    {
        string folder = options.WorkspacePath!;
        SafeFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(model.ToFixedSize(size.Width, size.Height), photographs.Schema, unfinished));
        model.SaveOnnx(folder, bytes);
        foreach (string path in options.TestPictures)
        {
            Picture picture = PictureFile.Read(path);
            for (int style = 0; style < model.Model.Styles.Count; style++)
            {
                string name = $"{Path.GetFileNameWithoutExtension(path)}-in-{model.Model.Styles[style]}.png";
                model.Model.Stylize(picture, new StylizeOptions { StyleWeights = [.. Enumerable.Range(0, model.Model.Styles.Count).Select(i => i == style ? 1.0 : 0)] })
                    .Save(Path.Combine(folder, name));
                Console.WriteLine($"painted {Path.Combine(folder, name)}");
            }
        }
        model.SaveReport(folder, commandLine);
        if (model.RatioToColorMatched is { } ratio)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"test: {ratio:F2} times the loss of the same photographs with the painting's colours alone (the worst of them)"));
    }
}
