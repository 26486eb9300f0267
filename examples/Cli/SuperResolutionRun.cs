using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains super-resolution with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class SuperResolutionRun
{
    // More, and more of each, cost minutes and move the figures' second decimal.
    private const int MostJudged = 200, JudgedSide = 384;

    public static int Train(MLContext context, SuperResolutionTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        options.ValidationSet = test;
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        bool judged = true;
        int code = new TrainingRun<SuperResolutionTransformer>
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
            Write = (model, interrupted) =>
            {
                model.SaveOnnx(options.WorkspacePath!);
                // Judging takes a while, and may fail: the report is there before.
                model.SaveReport(options.WorkspacePath!, commandLine: commandLine);
                judged = interrupted || Judge(model, context.Data.TakeRows(test, MostJudged), options.WorkspacePath!, commandLine, cancel);
            },
            Stopped = model => model.Stopped,
        }.Run(cancel);
        return code == 0 && !judged ? Failure.Interrupted : code;
    }

    private static TrainingPosition Position(SuperResolutionProgress p) => new((p.Epoch - 1.0) * p.Batches + p.Batch, (double)p.Epochs * p.Batches, string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {p.Epoch}/{p.Epochs}  {p.Train}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    // False where it was stopped.
    private static bool Judge(SuperResolutionTransformer model, IDataView test, string folder, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        try
        {
            SuperResolutionMetrics metrics = model.Evaluate(test, JudgedSide, cancel);
            model.SaveReport(folder, metrics, commandLine);
            Console.WriteLine($"test, {metrics.Network.Count} pictures: {metrics.Quality}{(metrics.LeftOut > 0 ? $"; {metrics.LeftOut} are too small to be judged" : "")}");
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("mlnetgen: stopped while judging; the report is without the test pictures' figures.");
            return false;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            Console.Error.WriteLine($"mlnetgen: the model is not judged: {Failure.MessageOf(e)}");
        }
        return true;
    }
}
