using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TraverseCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new("begin from 0, the middle of the standard normal distribution, or from --seed");
        Option<string?> model = new Option<string?>("--model") { Description = "A run of training, or its model.zip: a VAE's for pictures, a GAN's too without them", Required = true }.OfRun();
        Option<int?> dimension = new("--dimension") { Description = "Only this one, from 0; unset: all, a row each" };
        Option<double> from = new("--from") { Description = "The first value", DefaultValueFactory = _ => -3 };
        Option<double> to = new("--to") { Description = "The last value", DefaultValueFactory = _ => 3 };
        Option<int> steps = new("--steps") { Description = "Values of each dimension", DefaultValueFactory = _ => 9 };
        Option<int?> seed = new("--seed") { Description = "Without pictures: begin from a latent vector that is drawn by this" };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: which one, from 0; unset: the first" };
        Option<string> output = new Option<string>("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "traversal.png") }.Png();
        Command command = new("traverse", "Draw what each latent dimension stands for: a row for each, through its values") { model, dimension, from, to, steps, seed, onlyClass, output };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            (string file, int each) = (parsed.GetValue(model)!, parsed.GetValue(steps));
            if (each < 2)
                throw new ArgumentException($"--steps is {each}; it must be at least 2.");
            if (pictures.Any(parsed) && parsed.GetValue(seed) is not null)
                throw new ArgumentException("--seed draws what to begin from, and so do the pictures: give one of them.");
            ITransformer loaded = ModelFile.LoadGenerative(context, file);
            using IDisposable sessions = (IDisposable)loaded;
            int dimensions = Drawing.DimensionOf(loaded);
            if (parsed.GetValue(dimension) is { } one && (one < 0 || one >= dimensions))
                throw new ArgumentException($"--dimension is {one}; this model has dimensions 0 to {dimensions - 1}.");
            IDataView begin = pictures.Any(parsed) ? Drawing.Encode(loaded, pictures.Load(context, parsed), file, "beginning from pictures")
                : parsed.GetValue(seed) is { } drawn ? context.Generative.SampleLatent(1, dimensions, drawn)
                : Drawing.Origin(context, loaded);
            IDataView way = context.Generative.TraverseLatent(begin, each, parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(dimension));
            context.Images.SaveGrid(Drawing.Decoder(context, loaded, parsed.GetValue(onlyClass)).Transform(way), "Image", parsed.GetValue(output)!, each);
            JsonOutput.Add("dimensions", parsed.GetValue(dimension) is { } alone ? [alone] : Enumerable.Range(0, dimensions).ToArray());
            JsonOutput.Add("steps", each);
            JsonOutput.Wrote(parsed.GetValue(output)!);
            Console.WriteLine($"{(parsed.GetValue(dimension) is { } only ? $"dimension {only}" : $"dimensions 0 to {dimensions - 1}, a row each,")} in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
