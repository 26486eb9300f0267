using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class FuseCommand
{
    public static Command Create()
    {
        Option<string?> model = new Option<string?>("--model") { Description = "A run or a model.zip whose pipeline begins with pictures", Required = true }.OfRun();
        Option<string> output = new("--out") { Description = "The file to write", DefaultValueFactory = _ => Path.Combine("out", "pipeline.onnx") };
        Option<string[]> columns = new("--columns")
        {
            Description = "Columns that become outputs; unset: all that can",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<double> maximum = new Option<double>("--max-difference")
        {
            Description = "Where pictures are cropped or padded to size: how far the file may be from the model, as a part of an output's largest number",
            DefaultValueFactory = _ => new OnnxFusionOptions().MaximumDifference,
        }.AtLeast(0);
        Command command = new("fuse", "Write a model.zip as one ONNX file: uint8 pictures of any size in, labels, probabilities or pictures out")
            { model, output, columns, maximum };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(model)!, target = parsed.GetValue(output)!;
            ITransformer loaded = ModelFile.Load(CommandContext.Create(seed: 1), path);
            using IDisposable? sessions = loaded as IDisposable;
            OnnxFusionReport report = OnnxPipeline.Fuse(loaded, target, new OnnxFusionOptions
            {
                OutputColumns = parsed.GetValue(columns) is { Length: > 0 } named ? named : null,
                MaximumDifference = parsed.GetValue(maximum),
            });
            JsonOutput.Add("report", report);
            JsonOutput.Wrote(target);
            Console.WriteLine(report);
            Console.WriteLine($"it is in {target}");
            return 0;
        });
        return command;
    }
}
