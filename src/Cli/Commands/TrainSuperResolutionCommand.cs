using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainSuperResolutionCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("super-resolution", "8");
        Option<int> factor = new("--factor") { Description = "How many times as wide and high pictures become: 2, 4, 8 or 16", DefaultValueFactory = _ => 4 };
        Option<SuperResolutionLoss> loss = new("--loss") { Description = "pixel (highest PSNR) or perceptual (sharper)", DefaultValueFactory = _ => SuperResolutionLoss.Pixel };
        Option<string?> lossNetwork = new("--loss-network") { Description = LossNetworkFlag.Description };
        Option<string?> layer = new("--layer") { Description = "The layer that the perceptual loss compares; unset: conv1 and stage1 of ResNet-18 with the pixels, relu2_2 of a VGG" };
        Option<SuperResolutionArchitecture> architecture = new("--network") { Description = "residual or paper", DefaultValueFactory = _ => SuperResolutionArchitecture.Residual };
        Option<int> patch = new("--patch-size") { Description = "Height and width of what is learnt from, in pixels; 0: by the pictures, at most 96" };
        Option<int> patches = new("--patches") { Description = "Windows of each picture", DefaultValueFactory = _ => 1 };
        Option<int> epochs = new("--epochs") { Description = "Passes over the training rows", DefaultValueFactory = _ => 20 };
        Option<double> rate = new("--learning-rate", "--lr") { Description = "Adam's step size", DefaultValueFactory = _ => new SuperResolutionTrainer.Options().LearningRate };
        Option<LearningRateSchedule> schedule = new("--schedule") { Description = "constant or oneCycle", DefaultValueFactory = _ => LearningRateSchedule.OneCycle };
        PictureSizeFlag size = new("Width and height of the small pictures that model.zip enlarges, for ML.NET alone", "128x128", least: 1);

        Command command = new("super-resolution", "A network that enlarges pictures, from sharp ones alone")
        {
            factor, loss, lossNetwork, layer, architecture, patch, patches, epochs, rate, schedule, size.Option,
        };
        training.AddTo(command);
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            SuperResolutionTrainer.Options options = new()
            {
                Factor = parsed.GetValue(factor),
                Loss = parsed.GetValue(loss),
                LossNetworkPath = parsed.GetValue(lossNetwork),
                LossLayer = parsed.GetValue(layer),
                Architecture = parsed.GetValue(architecture),
                PatchSize = parsed.GetValue(patch),
                PatchesPerPicture = parsed.GetValue(patches),
                Epochs = parsed.GetValue(epochs),
                LearningRate = parsed.GetValue(rate),
                Schedule = parsed.GetValue(schedule),
            };
            training.Set(options, parsed);
            int code = SuperResolutionRun.Train(context, options, train, test, size.Of(parsed), cancel);
            data.Record(parsed, parsed.GetValue(training.Seed), options.WorkspacePath!, train, test);
            return code;
        });
        return command;
    }
}

/// <summary>Trains super-resolution with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class SuperResolutionRun
{
    // More, and more of each, cost minutes and move the figures' second decimal.
    public const int MostJudged = 200, JudgedSide = 384;

    public static int Train(MLContext context, SuperResolutionTrainer.Options options, IDataView train, IDataView test, (int Width, int Height) size, CancellationToken cancel)
    {
        options.ValidationSet = test;
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        bool judged = true;
        int code = new TrainingRun<SuperResolutionTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => TrainingPosition.Of(progress, $"{progress.Train}"));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.Generative.SuperResolution(options).Fit(train);
            },
            FromCheckpoint = () => context.Generative.SuperResolution(options).FitFromCheckpoint(),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = model => $"epoch {model.Epochs.Count}",
            Write = (model, interrupted) =>
            {
                model.SaveOnnx(options.WorkspacePath!);
                OutputFile.Write(Path.Combine(options.WorkspacePath!, ModelFile.Zip), unfinished => context.Model.Save(model.ToFixedSize(size.Width, size.Height), train.Schema, unfinished));
                // Judging takes a while, and may fail: the report is there before.
                model.SaveReport(options.WorkspacePath!, commandLine: options.CommandLine);
                judged = interrupted || Judge(model, Some(context, test, options.Seed ?? 1, MostJudged, test.GetRowCount()), options.WorkspacePath!, options.CommandLine, cancel);
            },
            Stopped = model => model.Stopped,
        }.Run(cancel);
        return code == 0 && !judged ? Failure.Interrupted : code;
    }

    /// <summary>So many at most, by chance: the first ones of a folder are all of one class.</summary>
    public static IDataView Some(MLContext context, IDataView test, int seed, int most, long? rows) => rows is { } count && count > most
        ? context.Data.StratifiedTrainTestSplit(test, (double)most / count, labelColumnName: null, seed).Test
        : context.Data.TakeRows(test, most);

    public static string Describe(SuperResolutionMetrics metrics) =>
        $"test, {metrics.Network.Count} pictures: {metrics.Quality}{(metrics.LeftOut > 0 ? $"; {metrics.LeftOut} are too small to be judged" : "")}";

    // False where it was stopped.
    private static bool Judge(SuperResolutionTransformer model, IDataView test, string folder, IReadOnlyList<string>? commandLine, CancellationToken cancel)
    {
        try
        {
            SuperResolutionMetrics metrics = model.Evaluate(test, JudgedSide, cancel);
            model.SaveReport(folder, metrics, commandLine);
            Console.WriteLine(Describe(metrics));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("mlnetgen: stopped while judging; the report is without the test pictures' figures.");
            return false;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            Console.Error.WriteLine($"mlnetgen: the model is not judged: {Failure.MessageOf(e)}");
        }
        return true;
    }
}
