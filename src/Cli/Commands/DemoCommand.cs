using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class DemoCommand
{
    private const int TrainingMoons = 4000;
    private const int Epochs = 12;
    private const int Seed = 1;

    public static Command Create()
    {
        Option<string> output = new("--out") { Description = "Folder for everything the demo leaves", DefaultValueFactory = _ => Path.Combine("out", "demo") };
        Command command = new("demo", "Train a VAE on built-in pictures of moon phases and draw new moons: no data needed") { output };
        command.SetWork((parsed, cancel) =>
        {
            string folder = parsed.GetValue(output)!;
            MLContext context = CommandContext.Create(Seed);
            IDataView moons = BuiltInMoons.Load(context);
            IDataView train = context.Data.TakeRows(moons, TrainingMoons);
            IDataView test = context.Data.SkipRows(moons, TrainingMoons);
            Directory.CreateDirectory(folder);
            context.Images.SaveGrid(context.Data.TakeRows(moons, 64), "Image", Path.Combine(folder, "moons.png"));
            VaeTrainer.Options options = new() { Epochs = Epochs, LatentDimension = 8, Seed = Seed, WorkspacePath = folder };
            int code = VaeRun.Train(context, options, train, test, ["demo"], cancel);
            if (code != 0)
                return code;
            using VaeTransformer vae = ModelFile.LoadVae(context, Path.Combine(folder, "model.zip"));
            string fresh = Path.Combine(folder, "new.png");
            context.Images.SaveGrid(vae.Decoder.Transform(context.Generative.SampleLatent(64, vae.LatentDimension, Seed)), "Image", fresh);
            Console.WriteLine($"64 new moons are in {fresh}; the ones it learnt from in {Path.Combine(folder, "moons.png")}");
            return 0;
        });
        return command;
    }
}
