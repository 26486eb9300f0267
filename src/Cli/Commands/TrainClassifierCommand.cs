using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MLNetGen.Cli.Commands;

internal static class TrainClassifierCommand
{
    private static readonly FineTuneTrainer.Options Default = new();

    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("classifier", "16");
        Option<string?> backbone = new("--backbone") { Description = "An ONNX file of a network for pictures; unset: ResNet-18 trained on ImageNet, beside the program" };
        Option<string?> feature = new("--feature") { Description = "The value of the backbone that is its features ('inspect' lists them); unset: what its classifier reads, or its output" };
        Option<bool> frozen = new("--frozen") { Description = "The backbone stays as it is: a regression over its features alone, in seconds" };
        Option<int> epochs = new("--epochs") { Description = "Passes over the training rows with all layers", DefaultValueFactory = _ => Default.Epochs };
        Option<double> rate = new("--learning-rate", "--lr") { Description = "Adam's step size, for all layers", DefaultValueFactory = _ => Default.LearningRate };
        Option<double> decay = new("--weight-decay") { Description = "AdamW's weight decay", DefaultValueFactory = _ => Default.WeightDecay };
        Option<double> l2 = new("--l2") { Description = "What the regression pays for large weights", DefaultValueFactory = _ => Default.L2Regularization };
        Option<double> validation = new("--validation-fraction")
        {
            Description = "Share of the training pictures that the best epoch is chosen by; 0: none, and the last epoch",
            DefaultValueFactory = _ => Default.ValidationFraction,
        };
        Option<int> size = new("--image-size") { Description = "Height and width that the backbone sees; 0: its file's, or 224" };
        Option<int> resize = new("--resize-size") { Description = "Height and width that pictures have before they are enlarged to these; 0: the first picture's smaller side, at most the backbone's" };
        Option<bool> noFlip = new("--no-flip") { Description = "No mirrored pictures: for letters, digits, left and right hands" };
        Option<float[]> mean = new("--mean") { Description = "What the backbone's pixels are less: one number, or one a channel; unset: ImageNet's", AllowMultipleArgumentsPerToken = true };
        Option<float[]> deviation = new("--deviation") { Description = "What they are divided by then: one number, or one a channel; unset: ImageNet's", AllowMultipleArgumentsPerToken = true };
        Option<float> scale = new("--pixel-scale") { Description = "1 for a backbone of pixels from 0 to 1, 255 for one of 0 to 255", DefaultValueFactory = _ => 1 };
        Option<bool> blueFirst = new("--blue-first") { Description = "The backbone's first channel is blue" };
        Option<int> top = new("--top-k", "-k") { Description = "The model also gives its best K labels and their scores; 0: none" };
        Option<bool> noFeatures = new("--no-features") { Description = "The model does not give the backbone's features, which 'similar' compares" };

        Command command = new("classifier", "A classifier from few pictures: a network that knows pictures, taught the classes that subfolders (or idx labels) name")
        {
            backbone, feature, frozen, epochs, rate, decay, l2, validation, size, resize, noFlip, mean, deviation, scale, blueFirst, top, noFeatures,
        };
        training.AddTo(command);
        data.AddTo(command);
        command.Add(data.Test);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            FineTuneTrainer.Options options = new()
            {
                BackbonePath = parsed.GetValue(backbone),
                FeatureName = parsed.GetValue(feature),
                Frozen = parsed.GetValue(frozen),
                Epochs = parsed.GetValue(epochs),
                LearningRate = parsed.GetValue(rate),
                WeightDecay = parsed.GetValue(decay),
                L2Regularization = parsed.GetValue(l2),
                ValidationFraction = parsed.GetValue(validation),
                ImageSize = parsed.GetValue(size),
                ResizeSize = parsed.GetValue(resize),
                HorizontalFlip = !parsed.GetValue(noFlip),
                Pixels = PixelsOf(parsed),
                TopK = parsed.GetValue(top),
                OutputFeatures = !parsed.GetValue(noFeatures),
            };
            training.Set(options, parsed);
            int code = FineTuneRun.Train(context, options, train, test, cancel);
            data.Record(parsed, parsed.GetValue(training.Seed), options.WorkspacePath!, train, test);
            return code;
        });
        return command;

        // The backbone's own where nothing is said.
        BackbonePixels? PixelsOf(ParseResult parsed)
        {
            if (new Option[] { mean, deviation, scale, blueFirst }.All(option => parsed.GetResult(option) is null or { Implicit: true }))
                return null;
            BackbonePixels pixels = new() { Scale = parsed.GetValue(scale), IsBlueFirst = parsed.GetValue(blueFirst) };
            if (parsed.GetValue(mean) is { Length: > 0 } means) pixels = pixels with { Mean = means };
            return parsed.GetValue(deviation) is { Length: > 0 } deviations ? pixels with { Deviation = deviations } : pixels;
        }
    }
}

/// <summary>Fine-tunes with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class FineTuneRun
{
    public static int Train(MLContext context, FineTuneTrainer.Options options, IDataView train, IDataView test, CancellationToken cancel)
    {
        bool saved = options.Resume && File.Exists(Path.Combine(options.WorkspacePath!, "checkpoints", "latest.checkpoint"));
        // Keys, as ML.NET has labels; the test pictures' find their class by name.
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(train).Transform(train);
        return new TrainingRun<FineTuneTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => TrainingPosition.Of(progress, string.Create(CultureInfo.InvariantCulture, $"loss {progress.Train.Loss:F2}  top-1 {progress.Train.Top1:P0}")));
                options.MetricsCallback = epoch => { saved = true; line(epoch.ToString()); };
                return context.MulticlassClassification.Trainers.FineTune(context, options).Fit(keyed);
            },
            FromCheckpoint = () => context.MulticlassClassification.Trainers.FineTune(context, options).FitFromCheckpoint(keyed),
            HasCheckpoint = () => saved,
            Before = "an epoch was finished",
            LeftBy = model => $"epoch {model.Epochs.Count}",
            Write = (model, _) => Write(context, model, train, test, options.WorkspacePath!, options.CommandLine),
            Stopped = model => model.Stopped,
        }.Run(cancel);
    }

    private static void Write(MLContext context, FineTuneTransformer model, IDataView train, IDataView test, string folder, IReadOnlyList<string>? commandLine)
    {
        OutputFile.Write(Path.Combine(folder, ModelFile.Zip), unfinished => context.Model.Save(model, train.Schema, unfinished));
        model.SaveOnnx(folder);
        // After the model: a picture that cannot be read must not cost it.
        ClassificationReport report = context.MulticlassClassification.EvaluateReport(context, model.Transform(test));
        model.SaveReport(folder, report, commandLine);
        Console.WriteLine($"test: {report}");
    }
}
