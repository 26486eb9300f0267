using System.CommandLine;
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
