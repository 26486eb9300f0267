using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainGanCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("gan");
        Option<DcganNetwork?> network = new("--network") { Description = "animeFace64 (the default for colour), mnist32 (for grey) or paper" };
        Option<int?> steps = new("--steps") { Description = "Training steps; unset: --epochs passes over the training rows" };
        Option<int> epochs = new("--epochs") { Description = "Passes over the training rows, where --steps is unset", DefaultValueFactory = _ => 20 };
        Option<double?> rate = new("--learning-rate", "--lr") { Description = "Adam's step size for both networks; unset: the source's own, for each" };
        Option<double?> generatorRate = new("--lr-generator") { Description = "Adam's step size for the generator alone" };
        Option<double?> discriminatorRate = new("--lr-discriminator") { Description = "Adam's step size for the discriminator alone" };
        Option<double?> beta1 = new("--b1") { Description = "Adam's decay of the first moment; unset: 0.5" };
        Option<double?> beta2 = new("--b2") { Description = "Adam's decay of the second moment; unset: 0.999" };
        Option<int> latent = new("--latent-dim") { Description = "Length of the latent vector", DefaultValueFactory = _ => 100 };
        Option<int> size = new("--image-size") { Description = "Height and width: 32, 64 or 128; 0: the network's own" };
        Option<int> channels = new("--channels") { Description = "1 for grey, 3 for colour, 0: as the pictures are" };
        Option<int?> width = new("--width") { Description = "Channels next to the picture; deeper layers have multiples. Unset: the source's" };
        Option<int> interval = new("--sample-interval") { Description = "Steps between two pictures of the same latent vectors", DefaultValueFactory = _ => 100 };
        Option<int> checkpoints = new("--checkpoint-interval") { Description = "Steps between two checkpoints", DefaultValueFactory = _ => 500 };
        Option<int> kept = new("--keep-checkpoints") { Description = "The newest checkpoints that stay", DefaultValueFactory = _ => 3 };

        Command command = new("gan", "A DCGAN: a generator that makes new pictures, and a discriminator that judges them")
        {
            network, steps, epochs, rate, generatorRate, discriminatorRate, beta1, beta2, latent, size, channels, width, interval, checkpoints, kept,
        };
        training.AddTo(command);
        GanObjectiveFlags objective = new();
        objective.AddTo(command);
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            DcganTrainer.Options options = new()
            {
                Network = parsed.GetValue(network),
                Steps = parsed.GetValue(steps),
                Epochs = parsed.GetValue(epochs),
                GeneratorLearningRate = parsed.GetValue(generatorRate) ?? parsed.GetValue(rate),
                DiscriminatorLearningRate = parsed.GetValue(discriminatorRate) ?? parsed.GetValue(rate),
                Beta1 = parsed.GetValue(beta1),
                Beta2 = parsed.GetValue(beta2),
                LatentDimension = parsed.GetValue(latent),
                ImageSize = parsed.GetValue(size),
                Channels = parsed.GetValue(channels),
                Width = parsed.GetValue(width),
                SampleInterval = parsed.GetValue(interval),
                CheckpointInterval = parsed.GetValue(checkpoints),
                KeptCheckpoints = parsed.GetValue(kept),
            };
            training.Set(options, parsed);
            objective.Set(options, parsed);
            return GanRun.Train(context, options, train, test, Environment.GetCommandLineArgs()[1..], cancel);
        });
        return command;
    }
}
