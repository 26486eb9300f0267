using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainVaeCommand
{
    public static Command Create()
    {
        DataSource data = new(orMoons: true);
        TrainingFlags training = new("vae", "64, of mlp 128");
        VaeFlags vae = new();
        Command command = new("vae", "A variational autoencoder: pictures to latent vectors and back, and new pictures");
        vae.AddTo(command);
        training.AddTo(command);
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            VaeTrainer.Options options = vae.Options(parsed);
            training.Set(options, parsed);
            int code = VaeRun.Train(context, options, train, test, cancel);
            data.Record(parsed, parsed.GetValue(training.Seed), options.WorkspacePath!, train, test);
            return code;
        });
        return command;
    }
}

/// <summary>Trains a VAE with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class VaeRun
{
    public static int Train(MLContext context, VaeTrainer.Options options, IDataView train, IDataView test, CancellationToken cancel)
    {
        options.ValidationSet = test;
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        return new TrainingRun<VaeTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => TrainingPosition.Of(progress, Terms(progress.Train)));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.Generative.Trainers.Vae(options).Fit(train);
            },
            FromCheckpoint = () => context.Generative.Trainers.Vae(options).FitFromCheckpoint(train),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = vae => $"epoch {vae.Epochs.Count}",
            Write = (vae, _) => Write(context, vae, train, test, options),
            Stopped = vae => vae.Stopped,
        }.Run(cancel);
    }

    private static string Terms(VaeMetrics m) => m.Kl == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{m.Reconstruction:F1} nats of reconstruction")
        : string.Create(CultureInfo.InvariantCulture, $"{m.NegativeElbo:F1} nats = {m.Reconstruction:F1} + KL {m.Kl:F1}");

    private static void Write(MLContext context, VaeTransformer vae, IDataView train, IDataView test, VaeTrainer.Options options)
    {
        string folder = options.WorkspacePath!;
        OutputFile.Write(Path.Combine(folder, ModelFile.Zip), unfinished => context.Model.Save(vae, train.Schema, unfinished));
        vae.SaveOnnx(folder);
        VaeMetrics metrics = vae.Evaluate(test);
        context.Generative.SaveLatentPictures(vae, train, test, folder, options.InputColumnName, options.LabelColumnName ?? "Label");
        vae.SaveReport(folder, metrics, options.CommandLine);
        Console.WriteLine(Describe(metrics));
    }

    public static string Describe(VaeMetrics test)
    {
        if (test.Kl == 0)
            return string.Create(CultureInfo.InvariantCulture, $"test: reconstruction {test.Reconstruction:F2} nats per image; an autoencoder has no KL term");
        string bound = test.NegativeIwae is { } iwae ? string.Create(CultureInfo.InvariantCulture, $"; by importance samples {iwae:F2}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"test: −ELBO {test.NegativeElbo:F2} nats per image = reconstruction {test.Reconstruction:F2} + KL {test.Kl:F2}{bound}");
    }
}
