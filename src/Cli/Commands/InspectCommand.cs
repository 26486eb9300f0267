using System.CommandLine;
using MLNetGen.Onnx;

namespace MLNetGen.Cli.Commands;

internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> file = new Argument<string>("file") { Description = "An .onnx file, or a model.zip or a run: each of its networks" }.OfRun(orOnnx: true);
        Option<int?> size = new Option<int?>("--size") { Description = $"Height and width to count at where the file leaves them open; unset: {OnnxSummary.DefaultSize}" }.AtLeast(1);
        Option<bool> all = new("--all") { Description = "Also nodes that only prepare weights and shapes" };
        Command command = new("inspect", "Show what an ONNX file or a model.zip holds: inputs, outputs, layers, parameters, multiply-adds, metadata") { file, size, all };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            IReadOnlyList<(string Entry, OnnxSummary Summary)> networks = Read(path, parsed.GetValue(size));
            JsonOutput.Add("file", path);
            JsonOutput.Add("networks", networks.Select(n => new { n.Entry, n.Summary }));
            foreach ((string Entry, OnnxSummary Summary) network in networks)
            {
                SummaryDisplay.Show(network.Entry, network.Summary, parsed.GetValue(all));
                if (network != networks[^1])
                    Console.WriteLine();
            }
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<(string Entry, OnnxSummary Summary)> Read(string path, int? size)
    {
        ModelFile.RequireThere(path);
        return ModelArchive.IsArchive(path) ? ModelArchive.Read(path, size) : [(path, OnnxSummary.Read(path, size))];
    }
}
