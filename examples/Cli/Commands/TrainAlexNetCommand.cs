using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainAlexNetCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("alexnet");
        AlexNetFlags flags = new();
        Option<double> validation = new("--validation-fraction")
        {
            Description = "Share of the training pictures that plateaus and early stopping go by; 0: the test pictures, whose figures then flatter a little",
        };
        Command command = new("alexnet", "An AlexNet: pictures to the classes that their subfolders (or idx labels) name");
        training.AddTo(command);
        flags.AddTo(command);
        data.AddTo(command);
        command.Add(data.Test);
        command.Add(validation);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            AlexNetTrainer.Options options = flags.Options(parsed);
            training.Set(options, parsed);
            options.ValidationFraction = parsed.GetValue(validation);
            return AlexNetRun.Train(context, options, train, test, Environment.GetCommandLineArgs()[1..], cancel);
        });
        return command;
    }
}
