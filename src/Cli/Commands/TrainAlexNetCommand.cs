using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MLNetGen.Cli.Commands;

internal static class TrainAlexNetCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("alexnet", "128");
        AlexNetFlags flags = new();
        Option<double> validation = new("--validation-fraction")
        {
            Description = "Share of the training pictures that plateaus and early stopping go by; 0: the test pictures, whose figures then flatter a little",
        };
        Command command = new("alexnet", "An AlexNet: pictures to the classes that their subfolders (or idx labels) name");
        training.AddTo(command);
        flags.AddTo(command);
        data.AddTo(command);
        command.Add(data.Test);
        command.Add(validation);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            AlexNetTrainer.Options options = flags.Options(parsed);
            training.Set(options, parsed);
            options.ValidationFraction = parsed.GetValue(validation);
            int code = AlexNetRun.Train(context, options, train, test, cancel);
            data.Record(parsed, parsed.GetValue(training.Seed), options.WorkspacePath!, train, test);
            return code;
        });
        return command;
    }
}

/// <summary>Trains an AlexNet with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class AlexNetRun
{
    public static int Train(MLContext context, AlexNetTrainer.Options options, IDataView train, IDataView test, CancellationToken cancel)
    {
        options.ValidationSet = options.ValidationFraction > 0 ? null : test;
        bool saved = options.Resume && Directory.Exists(Path.Combine(options.WorkspacePath!, "checkpoints"))
            && Directory.EnumerateFiles(Path.Combine(options.WorkspacePath!, "checkpoints"), "network-*.checkpoint").Any();
        // Keys, as ML.NET has labels; the test pictures' find their class by name.
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(train).Transform(train);
        return new TrainingRun<AlexNetTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.MulticlassClassification.Trainers.AlexNet(context, options).Fit(keyed);
            },
            FromCheckpoint = () => context.MulticlassClassification.Trainers.AlexNet(context, options).FitFromCheckpoint(keyed),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = model => $"epoch {model.Epochs[^1].Epoch}{(options.Ensemble > 1 ? $" of network {model.Epochs[^1].Member}" : "")}",
            Write = (model, _) => Write(context, model, train, test, options.WorkspacePath!, options.CommandLine),
            Stopped = model => model.Stopped,
        }.Run(cancel);
    }

    private static TrainingPosition Position(AlexNetProgress p) => new(
        ((p.Member - 1.0) * p.Epochs + p.Epoch - 1) * p.Batches + p.Batch,
        (double)p.Members * p.Epochs * p.Batches,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(p.Members > 1 ? $"network {p.Member}/{p.Members}  " : "")}epoch {p.Epoch}/{p.Epochs}  loss {p.Train.Loss:F2}  top-1 {p.Train.Top1:P0}  {p.ImagesPerSecond:F0} images/s  waiting for data: {p.WaitingShare:P0}"), p.Remaining);

    private static void Write(MLContext context, AlexNetTransformer model, IDataView train, IDataView test, string folder, IReadOnlyList<string>? commandLine)
    {
        OutputFile.Write(Path.Combine(folder, ModelFile.Zip), unfinished => context.Model.Save(model, train.Schema, unfinished));
        model.SaveOnnx(folder);
        // After the model: a picture that cannot be read must not cost it.
        ClassificationReport report = context.MulticlassClassification.EvaluateReport(context, model.Transform(test));
        model.SaveReport(folder, report, commandLine);
        Console.WriteLine($"test: {report}");
    }
}
