using System.CommandLine;
using MLNetGen.Cli.Commands;

namespace MLNetGen.Cli;

internal static class Program
{
    // Long enough to finish a step and write what was trained; a second Ctrl-C ends at once.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The whole command line; nothing runs before it is invoked.</summary>
    public static RootCommand CreateRoot()
    {
        RootCommand root = new(Help.About)
        {
            TrainCommand.Create(),
            GenerateCommand.Create(),
            ReconstructCommand.Create(),
            InterpolateCommand.Create(),
            TraverseCommand.Create(),
            AttributeCommand.Create(),
            MapCommand.Create(),
            OutliersCommand.Create(),
            EvaluateCommand.Create(),
            ClassifyCommand.Create(),
            ScoreCommand.Create(),
            UpscaleCommand.Create(),
            SimilarCommand.Create(),
            StylizeCommand.Create(),
            StudyCommand.Create(),
            PaintCommand.Create(),
            DemoCommand.Create(),
            InspectCommand.Create(),
            QuantizeCommand.Create(),
            FuseCommand.Create(),
            RunsCommand.Create(),
            StudioCommand.Create(),
            DoctorCommand.Create(),
            CompletionCommand.Create(),
        };
        CommonOptions.AddTo(root);
        StrictParsing.Apply(root);
        Help.AddExamples(root);
        return root;
    }

    public static async Task<int> Main(string[] args)
    {
        if (args is ["train", ..])
            KeptMemory.Begin();
        RootCommand root = CreateRoot();
        if (args is ["help", ..])
            args = [.. args[1..], "--help"];
        if (args.Length == 0)
        {
            Console.WriteLine(Help.Welcome);
            return 0;
        }
        if (OtherRank.IsThis && args is ["train", ..])
            OtherRank.Silence();
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Patience };
        try
        {
            args = RepeatedRun.Complete(root, args);
            CommandContext.CommandLine = args;
            ParseResult parsed = root.Parse(args);
            if (StrictParsing.Errors(parsed) is { } errors)
            {
                foreach (string error in errors) await Console.Error.WriteLineAsync($"mlnetgen: {error}");
                FailInJson(args, string.Join(' ', errors));
                return Failure.ExitCode;
            }
            Failure.ToOptions = (message, speaksOfOptions) => OptionNames.In(message, parsed, speaksOfOptions);
            CommonOptions.Take(parsed);
            int code = await parsed.InvokeAsync(configuration);
            CommonOptions.Finish(parsed);
            return code;
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            string message = Failure.MessageOf(e);
            await Console.Error.WriteLineAsync($"mlnetgen: {message}");
            FailInJson(args, message);
            return Failure.ExitCode;
        }
    }

    // Also before the command line is understood.
    private static void FailInJson(string[] args, string error)
    {
        if (args.Contains(CommonOptions.Json.Name))
            JsonOutput.Begin();
        JsonOutput.End(error);
    }
}
