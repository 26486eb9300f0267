using System.CommandLine;

namespace MLNetGen.Cli.Commands;

internal static class TrainCommand
{
    public static Command Create() => new("train", "Train a model: one subcommand a family")
    {
        TrainVaeCommand.Create(),
        TrainGanCommand.Create(),
        TrainClassifierCommand.Create(),
        TrainAlexNetCommand.Create(),
        TrainStyleCommand.Create(),
        TrainSuperResolutionCommand.Create(),
        TrainToyGanCommand.Create(),
        TrainToyMixtureCommand.Create(),
    };
}
