using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains super-resolution with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class SuperResolutionRun
{
    // More cost minutes and move the figures' second decimal.
    private const int MostJudged = 200;

    public static int Train(MLContext context, SuperResolutionTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        options.ValidationSet = test;
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        return new TrainingRun<SuperResolutionTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.Generative.SuperResolution(options).Fit(train);
            },
            FromCheckpoint = () => context.Generative.SuperResolution(options).FitFromCheckpoint(),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = model => $"epoch {model.Epochs.Count}",
            Write = (model, _) => Write(model, context.Data.TakeRows(test, MostJudged), options.WorkspacePath!, commandLine),
            Stopped = model => model.Stopped,
        }.Run(cancel);
    }

    private static TrainingPosition Position(SuperResolutionProgress p) => new((p.Epoch - 1.0) * p.Batches + p.Batch, (double)p.Epochs * p.Batches, string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {p.Epoch}/{p.Epochs}  {p.Train}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(SuperResolutionTransformer model, IDataView test, string folder, IReadOnlyList<string> commandLine)
    {
        model.SaveOnnx(folder);
        SuperResolutionMetrics metrics = model.Evaluate(test);
        model.SaveReport(folder, metrics, commandLine);
        Console.WriteLine($"test, {metrics.Network.Count} pictures: {metrics.Quality}");
    }
}
