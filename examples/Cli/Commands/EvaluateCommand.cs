using System.CommandLine;
using System.Text.Json;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class EvaluateCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        DataSource data = new();
        Option<string> model = new("--model") { Description = "A model.zip that training wrote", Required = true };
        Option<string?> output = new("--out") { Description = "The figures as JSON; unset: evaluation.json beside the model" };
        Option<int> seed = new("--seed") { Description = "The training's seed, for --held-out", DefaultValueFactory = _ => 1 };
        Command command = new("evaluate", "Judge a trained model on pictures: on the rows of --split or --held-out, what metrics.json calls 'test'") { model, output };
        data.AddTo(command);
        command.Add(data.HeldOut);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            MLContext context = new(seed: 1);
            context.Log += LogLines.Show;
            string path = parsed.GetValue(model)!;
            using VaeTransformer vae = ModelFile.LoadVae(context, path);
            VaeMetrics test = vae.Evaluate(data.LoadTest(context, parsed, parsed.GetValue(seed)));
            string file = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "evaluation.json");
            SafeFile.WriteAllText(file, JsonSerializer.Serialize(test, Json));
            Console.WriteLine(VaeRun.Describe(test));
            return 0;
        });
        return command;
    }
}
