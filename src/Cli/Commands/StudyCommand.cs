using System.CommandLine;
using Microsoft.ML;
using MLNetGen.Cli.Studies;

namespace MLNetGen.Cli.Commands;

/// <summary>Experiments on one's own pictures: those of the AlexNet paper, and what generated pictures are worth to a classifier.</summary>
internal static class StudyCommand
{
    public static Command Create() => new("study", "Experiments on your pictures, with figures and tables: the AlexNet paper's, and generated pictures as training data")
    {
        Activations(),
        Ablation(),
        Results(),
        Augmentation(),
    };

    private static Command Activations()
    {
        Option<AlexNetActivation[]> compared = new("--compare")
        {
            Description = "The nonlinearities: reLU, tanh, sigmoid, leakyReLU, elu, gelu, siLU",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [AlexNetActivation.ReLU, AlexNetActivation.Tanh],
        };
        return Study("activations", "ReLU against tanh (figure 1): training error by epoch, the functions and their derivatives, gradients and zeros by layer",
            (_, data, _, parsed, folder) => ActivationStudy.Run(data, parsed.GetValue(compared)!, folder), [compared],
            "--activation", "--dropout", "--no-crop", "--no-flip", "--color-noise", "--weight-decay");
    }

    private static Command Ablation() => Study(
        "ablation", "Response normalisation, overlapping pooling, dropout, colour noise, crops: one changed at a time, as a table",
        (_, data, options, _, folder) => AblationStudy.Run(data, options.Network ?? AlexNetNetwork.Compact, folder), [],
        "--dropout", "--no-crop", "--no-flip", "--color-noise");

    private static Command Results()
    {
        Option<string?> pretraining = new("--pretrain") { Description = "A folder of other labelled pictures for CNN*; unset: the training pictures" };
        return Study("results", "The table of results (section 6): 1 CNN, 5 CNNs, CNN*, 7 CNNs, and a linear softmax",
            (context, data, _, parsed, folder) =>
                ResultsStudy.Run(context, data, parsed.GetValue(pretraining) is { } path ? context.Images.Load(path) : null, folder),
            [pretraining], "--sixth-convolution", "--early-stopping");
    }

    private static Command Augmentation()
    {
        DataSource source = new();
        TrainingFlags training = new("study-augmentation", "as 'train gan' has");
        Option<int[]> rows = new("--rows") { Description = "Real pictures of each class, some numbers to compare", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [10, 50] };
        Option<int> generated = new("--generated") { Description = "Generated pictures of each class", DefaultValueFactory = _ => 100 };
        Option<int> steps = new("--gan-steps") { Description = "Training steps of each GAN", DefaultValueFactory = _ => 3000 };
        Option<DcganNetwork?> network = new("--network") { Description = "The GAN's networks: animeFace64 (the default for colour), mnist32 (for grey), paper or mlp" };
        Option<int> epochs = new("--epochs") { Description = "The classifier's passes over real and generated pictures; over fewer pictures as many steps", DefaultValueFactory = _ => 30 };
        Option<int> repeats = new("--repeats") { Description = "Seeds, each with other real pictures, a GAN and classifiers of its own, for a mean and an interval", DefaultValueFactory = _ => 3 };
        Option<DiffAugment> augment = new("--diff-augment") { Description = "The GANs' differentiable augmentation: all, none, or some of color, translation, cutout; digits, black and white, do without color", DefaultValueFactory = _ => DiffAugment.All };
        Command command = new("augmentation", "What a GAN's pictures are worth to a classifier that has few real ones, as a table") { rows, generated, steps, network, augment, epochs, repeats };
        training.AddTo(command, resume: false);
        source.AddTo(command);
        command.Add(source.Test);
        command.SetWork((parsed, cancel) => Interruptible(() =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = source.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            new AugmentationStudy(context, train, test)
            {
                Rows = parsed.GetValue(rows)!,
                Generated = parsed.GetValue(generated),
                Epochs = parsed.GetValue(epochs),
                Repeats = parsed.GetValue(repeats),
                Gan = () =>
                {
                    DcganTrainer.Options options = new() { Network = parsed.GetValue(network), Steps = parsed.GetValue(steps), DiffAugment = parsed.GetValue(augment), CancellationToken = cancel };
                    training.Set(options, parsed);
                    return options;
                },
            }.Run(parsed.GetValue(training.Output)!);
        }));
        return command;
    }

    private static Command Study(string name, string description, Action<MLContext, StudyData, AlexNetTrainer.Options, ParseResult, string> run, Option[] own, params string[] decided)
    {
        DataSource source = new();
        TrainingFlags training = new($"study-{name}", "128");
        AlexNetFlags flags = new();
        Command command = new(name, description + "; --network unset is compact");
        foreach (Option option in own) command.Add(option);
        training.AddTo(command, resume: false);
        flags.AddTo(command, [.. decided, "--ensemble", "--weights", "--train-layers", "--top-k", "--no-features"]);
        source.AddTo(command);
        command.Add(source.Test);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = source.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            string folder = parsed.GetValue(training.Output)!;
            AlexNetTrainer.Options Options()
            {
                AlexNetTrainer.Options options = flags.Options(parsed);
                training.Set(options, parsed);
                options.Network ??= AlexNetNetwork.Compact;
                options.CancellationToken = cancel;
                return options;
            }
            return Interruptible(() => run(context, new StudyData(context, train, test, folder, Options), Options(), parsed, folder));
        });
        return command;
    }

    // What was finished of a study is in its folder.
    private static int Interruptible(Action study)
    {
        try
        {
            study();
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("mlnetgen: stopped; the same command goes on where it was.");
            return Failure.Interrupted;
        }
    }
}
