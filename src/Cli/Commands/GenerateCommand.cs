using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "A model.zip that training wrote", Required = true };
        Option<string> output = new("--out") { Description = "The picture to write", DefaultValueFactory = _ => Path.Combine("out", "generated.png") };
        Option<int> count = new("--count") { Description = "How many new pictures", DefaultValueFactory = _ => 64 };
        Option<int> columns = new("--columns") { Description = "Pictures in a row of the sheet", DefaultValueFactory = _ => 8 };
        Option<int> seed = new("--seed") { Description = "Same seed, same pictures", DefaultValueFactory = _ => 1 };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: only this one, from 0; unset: all by turns" };
        Command command = new("generate", "Draw new pictures with a trained model") { model, output, count, columns, seed, onlyClass };
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(seed));
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 1.");
            ITransformer loaded = ModelFile.LoadGenerative(context, parsed.GetValue(model)!);
            using IDisposable sessions = (IDisposable)loaded;
            IDataView drawn = Drawing.Draw(context, loaded, parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(onlyClass));
            context.Images.SaveGrid(drawn, "Image", parsed.GetValue(output)!, parsed.GetValue(columns));
            Console.WriteLine($"{parsed.GetValue(count)} new pictures are in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
