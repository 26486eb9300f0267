using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a GAN with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class GanRun
{
    public static int Train(MLContext context, DcganTrainer.Options options, IDataView train, IDataView? test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        string folder = options.WorkspacePath!;
        Directory.CreateDirectory(folder);
        options.ValidationSet = test;
        options.CancellationToken = cancel;
        bool saved = options.Resume, interrupted = false;
        DcganTransformer gan;
        try
        {
            gan = TrainingDisplay.Show("training", (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = averages => { saved = true; line(averages.ToString()); };
                return context.Generative.Trainers.Dcgan(options).Fit(train);
            });
        }
        catch (OperationCanceledException)
        {
            if (!saved)
            {
                Console.Error.WriteLine($"mlnetgen: stopped before the first checkpoint (step {options.CheckpointInterval}); there is no model yet.");
                return Failure.Interrupted;
            }
            interrupted = true;
            options.CancellationToken = CancellationToken.None;
            gan = context.Generative.Trainers.Dcgan(options).FitFromCheckpoint(train);
            Console.Error.WriteLine($"mlnetgen: stopped; writing the model as step {gan.Averages[^1].Step} left it. Add --resume to train on.");
        }
        using (gan)
        {
            Write(context, gan, train, folder, commandLine);
            Console.WriteLine($"model, pictures and report are in {folder}: open {Path.Combine(folder, "report.html")}");
            if (gan.Stopped is null)
                return interrupted ? Failure.Interrupted : 0;
            Console.Error.WriteLine($"mlnetgen: {gan.Stopped}");
            return Failure.ExitCode;
        }
    }

    private static TrainingPosition Position(DcganProgress p) => new(p.Step, p.Steps, string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}/{p.Steps}  D {p.DiscriminatorLoss:F2}  G {p.GeneratorLoss:F2}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(MLContext context, DcganTransformer gan, IDataView train, string folder, IReadOnlyList<string> commandLine)
    {
        IDataView latent = context.Generative.SampleLatent(1, gan.LatentDimension);
        SafeFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(gan.Generator, latent.Schema, unfinished));
        SafeFile.Write(Path.Combine(folder, "discriminator.zip"), unfinished => context.Model.Save(gan, train.Schema, unfinished));
        gan.SaveOnnx(folder);
        gan.SaveReport(folder, commandLine);
    }
}
