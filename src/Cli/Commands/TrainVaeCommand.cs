using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainVaeCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("vae");
        Option<VaeArchitecture?> architecture = new("--architecture") { Description = "convolutional (the default) or mlp" };
        Option<VaeLikelihood> likelihood = new("--likelihood") { Description = "bernoulli or gaussian", DefaultValueFactory = _ => VaeLikelihood.Bernoulli };
        Option<int> latent = new("--latent") { Description = "Length of the latent vector", DefaultValueFactory = _ => 20 };
        Option<int> size = new("--image-size") { Description = "Height and width in the network; 0: as the pictures are, at most 64" };
        Option<int> channels = new("--channels") { Description = "1 for grey, 3 for colour, 0: as the pictures are" };
        Option<double> beta = new("--beta") { Description = "Weight of the KL term", DefaultValueFactory = _ => 1 };
        Option<int> epochs = new("--epochs") { Description = "Passes over the training rows", DefaultValueFactory = _ => 20 };
        Option<double?> rate = new("--learning-rate", "--lr") { Description = "Adam's step size; unset: the network's own" };
        Option<LearningRateSchedule?> schedule = new("--schedule") { Description = "constant or oneCycle; unset: the network's own" };

        Command command = new("vae", "A variational autoencoder: pictures to latent vectors and back, and new pictures")
        {
            architecture, likelihood, latent, size, channels, beta, epochs, rate, schedule,
        };
        training.AddTo(command);
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            VaeTrainer.Options options = new()
            {
                Architecture = parsed.GetValue(architecture),
                Likelihood = parsed.GetValue(likelihood),
                LatentDimension = parsed.GetValue(latent),
                ImageSize = parsed.GetValue(size),
                Channels = parsed.GetValue(channels),
                Beta = parsed.GetValue(beta),
                Epochs = parsed.GetValue(epochs),
                LearningRate = parsed.GetValue(rate),
                Schedule = parsed.GetValue(schedule),
            };
            training.Set(options, parsed);
            return VaeRun.Train(context, options, train, test, Environment.GetCommandLineArgs()[1..], cancel);
        });
        return command;
    }
}

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
        OutputFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(vae, train.Schema, unfinished));
        vae.SaveOnnx(folder);
        VaeMetrics metrics = vae.Evaluate(test);
        vae.SaveReport(folder, metrics, commandLine);
        Console.WriteLine(Describe(metrics));
    }

    public static string Describe(VaeMetrics test) =>
        string.Create(CultureInfo.InvariantCulture, $"test: −ELBO {test.NegativeElbo:F2} nats per image = reconstruction {test.Reconstruction:F2} + KL {test.Kl:F2}");
}
