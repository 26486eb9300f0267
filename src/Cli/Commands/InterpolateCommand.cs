using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class InterpolateCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new("latent vectors drawn by --seed");
        Option<string?> model = new Option<string?>("--model") { Description = "A run of training, or its model.zip: a VAE's for pictures, a GAN's too without them", Required = true }.OfRun();
        Option<int> steps = new("--steps") { Description = "Steps from one picture to the next", DefaultValueFactory = _ => 8 };
        Option<bool> linear = new("--linear") { Description = "Go straight; unset: on the great circle, which keeps the length that latent vectors have" };
        Option<bool> closed = new("--closed") { Description = "Go from the last picture back to the first" };
        Option<int> count = new("--count") { Description = "Without pictures: how many latent vectors to draw", DefaultValueFactory = _ => 2 };
        Option<int> seed = new("--seed") { Description = "Without pictures: same seed, same latent vectors", DefaultValueFactory = _ => 1 };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: which one, from 0; unset: the first" };
        Option<int> delay = new("--delay") { Description = "Of a film: milliseconds a picture", DefaultValueFactory = _ => 80 };
        Option<string> output = new("--out") { Description = "What to write: a sheet (.png), a row for each pair, or a film (.gif)", DefaultValueFactory = _ => Path.Combine("out", "interpolation.png") };
        Command command = new("interpolate", "Go from one picture to another through a model's latent space") { model, steps, linear, closed, count, seed, onlyClass, delay, output };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            (string file, string to, int each) = (parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(steps));
            bool isFilm = Path.GetExtension(to).Equals(".gif", StringComparison.OrdinalIgnoreCase);
            if (!isFilm && !Path.GetExtension(to).Equals(".png", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"--out is '{to}'; it must end in .png for a sheet, or .gif for a film.");
            if (each < 1)
                throw new ArgumentException($"--steps is {each}; it must be at least 1.");
            if (parsed.GetValue(count) < 2)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 2.");
            if (parsed.GetValue(delay) is < 10 or > 655_350)
                throw new ArgumentException($"--delay is {parsed.GetValue(delay)}; it must be 10 to 655350 milliseconds.");
            ITransformer loaded = ModelFile.LoadGenerative(context, file);
            using IDisposable sessions = (IDisposable)loaded;
            IDataView ends = pictures.Any(parsed) ? Drawing.Encode(loaded, pictures.Load(context, parsed), file, "going between pictures")
                : context.Generative.SampleLatent(parsed.GetValue(count), Drawing.DimensionOf(loaded), parsed.GetValue(seed));
            IDataView way = context.Generative.InterpolateLatent(ends, each, parsed.GetValue(linear) ? LatentInterpolation.Linear : LatentInterpolation.Spherical, parsed.GetValue(closed));
            Picture[] drawn = [.. Drawing.Pictures(context, Drawing.Decoder(context, loaded, parsed.GetValue(onlyClass)).Transform(way))];
            if (isFilm)
                PictureAnimation.SaveGif(to, [.. drawn.Select(picture => PictureGrid.Draw([picture], gap: 0))], TimeSpan.FromMilliseconds(parsed.GetValue(delay)));
            else
                PictureGrid.Save(to, [.. Rows(drawn, each, parsed.GetValue(closed))], columns: each + 1);
            JsonOutput.Add("pictures", drawn.Length);
            JsonOutput.Wrote(to);
            Console.WriteLine($"{drawn.Length} pictures are in {to}");
            return 0;
        });
        return command;
    }

    // A row begins with the picture that the one before ended with.
    private static IEnumerable<Picture> Rows(Picture[] drawn, int steps, bool closed)
    {
        for (int start = 0; start + steps < drawn.Length + (closed ? 1 : 0); start += steps)
            for (int i = start; i <= start + steps; i++)
                yield return drawn[i % drawn.Length];
    }
}
