using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class ReconstructCommand
{
    public static Command Create()
    {
        DataSource data = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A VAE's run or its model.zip", Required = true }.OfRun();
        Option<int> count = new("--count") { Description = "How many pictures", DefaultValueFactory = _ => 32 };
        Option<int> columns = new Option<int>("--columns") { Description = "Pictures in a row of the sheet", DefaultValueFactory = _ => 8 }.AtLeast(1);
        Option<string> output = new Option<string>("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "reconstructions.png") }.Png();
        Option<int> seed = new("--seed") { Description = "The training's seed, for --held-out", DefaultValueFactory = _ => 1 };
        Command command = new("reconstruct", "Draw pictures over what a VAE makes of their codes, with the mean squared error") { model, count, columns, output, seed };
        data.AddTo(command);
        command.Add(data.HeldOut);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 1.");
            using VaeTransformer vae = ModelFile.LoadVae(context, parsed.GetValue(model)!);
            IDataView rows = data.LoadTrainAndTest(context, parsed, parsed.GetValue(seed)).Test;
            IDataView reconstructed = vae.Transform(context.Data.TakeRows(rows, parsed.GetValue(count)));
            context.Generative.DrawReconstructions(reconstructed, parsed.GetValue(columns)).Save(parsed.GetValue(output)!);
            float[][] errors = [.. reconstructed.GetColumn<float[]>("ReconstructionError")];
            JsonOutput.Add("pictures", errors.Length);
            JsonOutput.Add("meanSquaredError", errors.Average(error => error[0]));
            JsonOutput.Wrote(parsed.GetValue(output)!);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{errors.Length:N0} pictures over their reconstructions are in {parsed.GetValue(output)}; mean squared error {errors.Average(error => error[0]):F5}"));
            return 0;
        });
        return command;
    }
}
