using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a VAE with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class VaeRun
{
    public static int Train(MLContext context, VaeTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        string folder = options.WorkspacePath!;
        Directory.CreateDirectory(folder);
        options.ValidationSet = test;
        options.CancellationToken = cancel;
        bool trained = false, interrupted = false;
        VaeTransformer vae;
        try
        {
            vae = TrainingDisplay.Show("training", (step, epoch) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = finished => { trained = true; epoch(finished.ToString()); };
                return context.Generative.Trainers.Vae(options).Fit(train);
            });
        }
        catch (OperationCanceledException)
        {
            if (!trained && !options.Resume)
            {
                Console.Error.WriteLine("mlnetgen: stopped before an epoch was finished; nothing was written.");
                return Failure.Interrupted;
            }
            interrupted = true;
            options.CancellationToken = CancellationToken.None;
            vae = context.Generative.Trainers.Vae(options).FitFromCheckpoint(train);
            Console.Error.WriteLine($"mlnetgen: stopped; writing the model as epoch {vae.Epochs.Count} left it. Add --resume to train on.");
        }
        using (vae)
        {
            Write(context, vae, train, test, folder, commandLine);
            Console.WriteLine($"model, pictures and report are in {folder}: open {Path.Combine(folder, "report.html")}");
            if (vae.Stopped is null)
                return interrupted ? Failure.Interrupted : 0;
            Console.Error.WriteLine($"mlnetgen: {vae.Stopped}");
            return Failure.ExitCode;
        }
    }

    private static TrainingPosition Position(VaeProgress p) => new((p.Epoch - 1.0) * p.Batches + p.Batch, (double)p.Epochs * p.Batches, string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {p.Epoch}/{p.Epochs}  {p.Train.NegativeElbo:F1} nats = {p.Train.Reconstruction:F1} + KL {p.Train.Kl:F1}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(MLContext context, VaeTransformer vae, IDataView train, IDataView test, string folder, IReadOnlyList<string> commandLine)
    {
        SafeFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(vae, train.Schema, unfinished));
        vae.SaveOnnx(folder);
        VaeMetrics metrics = vae.Evaluate(test);
        vae.SaveReport(folder, metrics, commandLine);
        Console.WriteLine(Describe(metrics));
    }

    public static string Describe(VaeMetrics test) =>
        string.Create(CultureInfo.InvariantCulture, $"test: −ELBO {test.NegativeElbo:F2} nats per image = reconstruction {test.Reconstruction:F2} + KL {test.Kl:F2}");
}
