using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainStyleCommand
{
    public static Command Create()
    {
        TrainingFlags training = new("style");
        StyleFlags flags = new();
        Option<string> content = new("--content", "--data") { Description = "A folder of photographs to practise on; what they show does not matter", Required = true };
        Option<long> maxPixels = LargestPicture.Option();
        Command command = new("style", "A style network: repaints any picture in the manner of a painting, in one pass");
        flags.AddTo(command);
        command.Add(content);
        command.Add(maxPixels);
        training.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            IDataView photographs = context.Images.Load(parsed.GetValue(content)!, new ImageFolderOptions { MaximumPixels = parsed.GetValue(maxPixels) });
            StyleTransferTrainer.Options options = flags.Options(parsed);
            training.Set(options, parsed);
            return StyleRun.Train(context, options, photographs, flags.FixedSize(parsed), parsed.GetValue(flags.Bytes), Environment.GetCommandLineArgs()[1..], cancel);
        });
        return command;
    }
}
