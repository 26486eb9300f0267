using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class MapCommand
{
    public static Command Create()
    {
        DataSource data = new();
        data.Data.Required = false;
        data.Data.Description = "Pictures to draw the codes of; unset: only what a model of latent dimension 2 decodes";
        Option<string?> model = new Option<string?>("--model") { Description = "A VAE's run or its model.zip; of latent dimension 2, a GAN's too", Required = true }.OfRun();
        Option<int> steps = new("--steps") { Description = "Decoded pictures along a side or the line", DefaultValueFactory = _ => 20 };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: which one is decoded, from 0; unset: the first" };
        Option<string> output = new("--out") { Description = "Folder for the pictures", DefaultValueFactory = _ => Path.Combine("out", "map") };
        Option<int> seed = new("--seed") { Description = "The training's seed, for --held-out", DefaultValueFactory = _ => 1 };
        Command command = new("map", "Draw a latent space: the codes of pictures by label (scatter.png), what the plane decodes to (manifold.png), or of one dimension both along a line (line.png)")
        {
            model, steps, onlyClass, output, seed,
        };
        data.AddTo(command);
        command.Add(data.HeldOut);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            (string file, string folder) = (parsed.GetValue(model)!, parsed.GetValue(output)!);
            if (parsed.GetValue(steps) < 2)
                throw new ArgumentException($"--steps is {parsed.GetValue(steps)}; it must be at least 2.");
            ITransformer loaded = ModelFile.LoadGenerative(context, file);
            using IDisposable sessions = (IDisposable)loaded;
            int dimension = Drawing.DimensionOf(loaded);
            // Once coded, the rows are read again and again.
            IDataView? codes = parsed.GetValue(data.Data) is null ? null
                : context.Data.Cache(Drawing.Encode(loaded, data.LoadTrainAndTest(context, parsed, parsed.GetValue(seed)).Test, file, "--data"), "Latent", "Label");
            if (codes is null && dimension != 2)
                throw new ArgumentException($"'{file}' has latent dimension {dimension}: give --data, whose codes are drawn. Without it, only latent dimension 2 can be drawn.");
            ITransformer decoder = Drawing.Decoder(context, loaded, parsed.GetValue(onlyClass));
            if (codes is not null && dimension == 1)
                Save("line.png", context.Generative.DrawCodeLine(decoder, codes, parsed.GetValue(steps)));
            if (codes is not null && dimension > 1)
                Save("scatter.png", context.Generative.DrawLatent(codes));
            if (dimension == 2)
                Save("manifold.png", context.Generative.DrawManifold(decoder, codes, parsed.GetValue(steps)));
            return 0;

            void Save(string name, Picture picture)
            {
                picture.Save(Path.Combine(folder, name));
                JsonOutput.Wrote(Path.Combine(folder, name));
                Console.WriteLine(Path.Combine(folder, name));
            }
        });
        return command;
    }
}
