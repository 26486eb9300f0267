using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a VAE with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class VaeRun
{
    public static int Train(MLContext context, VaeTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        options.ValidationSet = test;
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        return new TrainingRun<VaeTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.Generative.Trainers.Vae(options).Fit(train);
            },
            FromCheckpoint = () => context.Generative.Trainers.Vae(options).FitFromCheckpoint(train),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = vae => $"epoch {vae.Epochs.Count}",
            Write = (vae, _) => Write(context, vae, train, test, options.WorkspacePath!, commandLine),
            Stopped = vae => vae.Stopped,
        }.Run(cancel);
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
