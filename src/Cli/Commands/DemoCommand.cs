using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class DemoCommand
{
    private const int Seed = 1, SheetPictures = 64, SheetColumns = 8, AskedMoons = 8;

    // Every family's part is to take a minute or so on two cores.
    private const int TrainingMoons = 4000, Epochs = 10, GanSteps = 1500, GanJudged = 64, GanWidth = 600;
    // Five times the network's own, of half its width: moons to be known as such after a minute.
    private const double GanRate = 1e-3;
    private const int ClassifierMoons = 240, ClassifierTested = 120;
    private const int SharpMoons = 80, SharpMoonSize = 32, SharpEpochs = 4;
    private const int PaintingSize = 160, PaintingIterations = 60;

    private enum Family
    {
        Vae,
        Gan,
        Classifier,
        Painting,
        SuperResolution,
    }

    public static Command Create()
    {
        Option<string> output = new("--out") { Description = "Folder for everything the demo leaves", DefaultValueFactory = _ => Path.Combine("out", "demo") };
        Option<Family?> family = new("--family") { Description = "vae, gan, classifier, painting or superResolution alone; unset: all of them" };
        Command command = new("demo", "Train a small network of every family on pictures it makes itself, and show them on one page: no data needed") { output, family };
        command.SetWork((parsed, cancel) =>
        {
            string folder = parsed.GetValue(output)!;
            Family[] families = parsed.GetValue(family) is { } one ? [one] : Enum.GetValues<Family>();
            MLContext context = CommandContext.Create(Seed);
            context.Log += LogLines.Show;
            Console.WriteLine($"{families.Length} small {(families.Length == 1 ? "network" : "networks, one after the other,")} on pictures of the moon, in {folder}; "
                + $"{(families.Length == 1 ? "a minute or two" : "a few minutes")} on two cores. Ctrl-C stops.");
            IDataView moons = BuiltInMoons.Load(context);
            string learntFrom = Path.Combine(folder, "moons.png"), asked = Path.Combine(folder, "moon.png");
            context.Images.SaveGrid(context.Data.TakeRows(moons, SheetPictures), "Image", learntFrom, SheetColumns);
            context.Images.SaveGrid(context.Data.TakeRows(moons, 1), "Image", asked, columns: 1);
            Console.WriteLine($"what they learn from is in {learntFrom}");

            HtmlReport page = new HtmlReport("MLNetGen: a beginning", "Small networks, trained for a minute or two each on pictures that the program draws itself. Longer training, on real pictures, draws better ones.")
                .Picture("What they learnt from", $"Moons by phase, tilt and size, {BuiltInMoons.Count:N0} of them.", learntFrom);
            Dictionary<string, double> seconds = [];
            foreach (Family part in families)
            {
                long started = Stopwatch.GetTimestamp();
                string place = Path.Combine(folder, NameOf(part));
                int code = part switch
                {
                    Family.Vae => Vae(context, moons, place, page, cancel),
                    Family.Gan => Gan(context, moons, place, page, cancel),
                    Family.Classifier => Classifier(context, moons, place, page, cancel),
                    Family.Painting => Painting(context, place, page, cancel),
                    _ => SuperResolution(context, place, page, cancel),
                };
                if (code != 0)
                    return code;
                page.Save(Path.Combine(folder, "index.html"));
                seconds[NameOf(part)] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
                Console.WriteLine($"{NameOf(part)}: {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
                Console.WriteLine();
            }
            CommonOptions.Page = Path.Combine(folder, "index.html");
            // Of the families' own there is the last one's.
            JsonOutput.Clear();
            JsonOutput.Add("runs", RunSummary.Under(folder));
            JsonOutput.Add("seconds", seconds);
            JsonOutput.Wrote(CommonOptions.Page);
            Console.WriteLine($"all of it is on one page: open {Path.Combine(folder, "index.html")}");
            foreach (string next in Next(folder, families)) Console.WriteLine($"  {next}");
            return 0;
        });
        return command;
    }

    private static string NameOf(Family family) => family == Family.SuperResolution ? "super-resolution" : family.ToString().ToLowerInvariant();

    private static IEnumerable<string> Next(string folder, Family[] families)
    {
        if (families.Contains(Family.Classifier))
            yield return $"{Help.Program} classify --model {Path.Combine(folder, "classifier")} {Path.Combine(folder, "moon.png")}";
        if (families.Contains(Family.Vae))
            yield return $"{Help.Program} interpolate --model {Path.Combine(folder, "vae")} --out {Path.Combine(folder, "between.png")}";
        if (families.Contains(Family.Painting) && BuiltInStyles.Names is [_, ..] names)
            yield return $"{Help.Program} stylize --model {names[0]} YOUR-PICTURE.jpg";
        yield return $"{Help.Program} train classifier --data YOUR-PICTURES --out out/mine    # a subfolder a class";
    }

    private static int Vae(MLContext context, IDataView moons, string folder, HtmlReport page, CancellationToken cancel)
    {
        VaeTrainer.Options options = new() { Architecture = VaeArchitecture.Mlp, Epochs = Epochs, LatentDimension = 8, Seed = Seed, WorkspacePath = folder, CommandLine = CommandContext.CommandLine };
        int code = VaeRun.Train(context, options, context.Data.TakeRows(moons, TrainingMoons), context.Data.SkipRows(moons, TrainingMoons), cancel);
        if (code != 0)
            return code;
        using VaeTransformer vae = ModelFile.LoadVae(context, Path.Combine(folder, ModelFile.Zip));
        string fresh = Path.Combine(folder, "new.png");
        context.Images.SaveGrid(vae.Decoder.Transform(context.Generative.SampleLatent(SheetPictures, vae.LatentDimension, Seed)), "Image", fresh, SheetColumns);
        page.Picture("New moons by a variational autoencoder", "Decoded from random numbers. For other programs: vae/encoder.onnx, decoder.onnx.", fresh, [Report("vae")]);
        return 0;
    }

    private static int Gan(MLContext context, IDataView moons, string folder, HtmlReport page, CancellationToken cancel)
    {
        // With labels, what counts the classes in its pictures would be trained first. Every checkpoint's pictures are judged, which takes as long as a hundred steps.
        moons = context.Transforms.DropColumns("Label").Fit(moons).Transform(moons);
        DcganTrainer.Options options = new()
        {
            Network = DcganNetwork.Mlp,
            Width = GanWidth,
            ImageSize = 28,
            Steps = GanSteps,
            GeneratorLearningRate = GanRate,
            DiscriminatorLearningRate = GanRate,
            SampleInterval = GanSteps / 5,
            CheckpointInterval = GanSteps / 2,
            Seed = Seed,
            WorkspacePath = folder,
            CommandLine = CommandContext.CommandLine,
        };
        int code = GanRun.Train(context, options, context.Data.TakeRows(moons, TrainingMoons), context.Data.TakeRows(context.Data.SkipRows(moons, TrainingMoons), GanJudged), cancel);
        if (code == 0 && Newest(folder) is { } sample)
            page.Picture("A GAN's first attempts", $"The network of 2014 after {GanSteps:N0} steps: a beginning, not a result.", sample, [Report("gan"), ("how it came there", "gan/samples.gif")]);
        return code;
    }

    private static int Classifier(MLContext context, IDataView moons, string folder, HtmlReport page, CancellationToken cancel)
    {
        IDataView test = context.Data.TakeRows(context.Data.SkipRows(moons, TrainingMoons), ClassifierTested);
        FineTuneTrainer.Options options = new() { Frozen = true, Seed = Seed, WorkspacePath = folder, CommandLine = CommandContext.CommandLine };
        int code = FineTuneRun.Train(context, options, context.Data.TakeRows(moons, ClassifierMoons), test, cancel);
        if (code != 0)
            return code;
        ITransformer model = ModelFile.Load(context, Path.Combine(folder, ModelFile.Zip));
        using IDisposable? sessions = model as IDisposable;
        IDataView scored = model.WithBatching().Transform(context.Data.TakeRows(test, AskedMoons));
        string told = Path.Combine(folder, "told.png");
        context.MulticlassClassification.DrawPredictions(scored, [.. context.MulticlassClassification.ReadPredictions(scored, 3)], columns: 4).Save(told);
        page.Picture("Which phase is it?", $"Moons that it never saw, over what it takes them for: ResNet-18, trained on ImageNet, taught the phases by {ClassifierMoons} moons.", told, [("how often it is right", "classifier/report.html")]);
        return 0;
    }

    private static int Painting(MLContext context, string folder, HtmlReport page, CancellationToken cancel)
    {
        (Picture sea, Picture waves) = (DemoPictures.MoonOverSea(PaintingSize), DemoPictures.Waves(PaintingSize));
        string atOnce = Path.Combine(folder, "at-once.png");
        if (BuiltInStyles.Names is [_, ..] names)
        {
            using StyleModel network = StyleModel.Open(BuiltInStyles.FileOf(names[^1])!);
            Directory.CreateDirectory(folder);
            network.Stylize(sea, cancellationToken: cancel).Save(atOnce);
            Console.WriteLine($"painted at once by the network '{names[^1]}': {atOnce}");
        }
        using MLImage photograph = sea.ToImage(), style = waves.ToImage();
        PaintingOptions options = new() { Iterations = PaintingIterations, Seed = Seed, WorkspacePath = folder, CancellationToken = cancel, CommandLine = CommandContext.CommandLine };
        int code = PaintCommand.Paint(context, photograph, style, options);
        if (code == 0)
        {
            page.Picture("Before", "Drawn by the program.", Path.Combine(folder, "content.png"))
                .Picture("In the manner of", "Drawn by the program, too.", Path.Combine(folder, "style.png"))
                .Picture("Painted", $"The picture itself optimised for {PaintingIterations} steps.", Path.Combine(folder, "painting.png"), [Report("painting")]);
            if (File.Exists(atOnce))
                page.Picture("Painted at once", $"By a small network that comes with the program, after Hokusai; others are {string.Join(", ", BuiltInStyles.Names.SkipLast(1))}. Your own are made by train style.", atOnce);
        }
        return code;
    }

    private static int SuperResolution(MLContext context, string folder, HtmlReport page, CancellationToken cancel)
    {
        IDataView moons = context.Images.MoonPhases(SharpMoons, SharpMoonSize, Seed);
        SuperResolutionTrainer.Options options = new() { Factor = 2, Epochs = SharpEpochs, Seed = Seed, WorkspacePath = folder, CommandLine = CommandContext.CommandLine };
        int train = SharpMoons * 9 / 10;
        int code = SuperResolutionRun.Train(context, options, context.Data.TakeRows(moons, train), context.Data.SkipRows(moons, train), (SharpMoonSize, SharpMoonSize), cancel);
        if (code == 0 && Newest(folder) is { } sample)
            page.Picture("Twice as large", "Small, by bicubic interpolation, by the network, and as it was.", sample, [Report("super-resolution")]);
        return code;
    }

    private static (string Text, string Path) Report(string folder) => ("report", $"{folder}/report.html");

    private static string? Newest(string folder) => Path.Combine(folder, "samples") is var samples && Directory.Exists(samples)
        ? Directory.EnumerateFiles(samples, "*.png").Order(StringComparer.Ordinal).LastOrDefault() : null;
}
