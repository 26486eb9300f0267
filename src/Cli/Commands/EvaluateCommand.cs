using System.CommandLine;
using System.Text.Json;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class EvaluateCommand
{
    public static Command Create()
    {
        DataSource data = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A run of training, or its model.zip", Required = true }.OfRun();
        Option<string?> output = new("--out")
        {
            Description = "A folder, or a file that ends in .json, for the figures; a classifier's pictures and page go into the folder, or one named as "
                + "the file. Unset: beside the model, of a classifier the folder evaluation, else the file evaluation.json",
        };
        Option<int> seed = new("--seed") { Description = "The training's seed, for --held-out", DefaultValueFactory = _ => 1 };
        Option<int> count = new("--count") { Description = "How many pictures a GAN makes to be judged by; of the real ones as many at most", DefaultValueFactory = _ => 1024 };
        Option<string?> extractor = new("--extractor")
        {
            Description = "An ONNX file that turns pictures into features: one that --save-extractor wrote, or any other. Unset: ResNet-18, trained on "
                + "ImageNet",
        };
        Option<int> samples = new("--importance-samples") { Description = "Of a VAE: draws of z a picture for a tighter bound on log p(x), such as 500; 0: none" };
        Option<string?> saveExtractor = new("--save-extractor") { Description = "Where to keep the extractor, so that other models are judged by the same" };
        Option<bool> json = JsonOutput.Option();
        Command command = new("evaluate", "Judge a trained model on pictures: on the rows of --split or --held-out, what metrics.json calls 'test'")
            { model, output, count, extractor, saveExtractor, samples, json };
        data.AddTo(command);
        command.Add(data.HeldOut);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(samples) < 0)
                throw new ArgumentException($"--importance-samples is {parsed.GetValue(samples)}; it must be 0 or above.");
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            string path = parsed.GetValue(model)!;
            ITransformer loaded = ModelFile.Load(context, path);
            (IDataView train, IDataView real) = data.LoadTrainAndTest(context, parsed, parsed.GetValue(seed));
            bool isClassifier = ClassifierModel.Is(loaded, real.Schema, out string? misfit);
            EvaluationOutput to = parsed.GetValue(output) is { } named ? EvaluationOutput.Named(named) : EvaluationOutput.Beside(path, isClassifier);
            if (isClassifier)
            {
                using IDisposable? sessions = loaded as IDisposable;
                ClassificationReport report = context.MulticlassClassification.EvaluateReport(context, loaded.WithBatching().Transform(real));
                to.Write(report);
                CommonOptions.Page = Path.Combine(to.Folder, "report.html");
                if (Tell())
                    return 0;
                Console.WriteLine(report);
                Console.WriteLine($"more is in {Path.Combine(to.Folder, "report.html")}");
                return 0;
            }
            ITransformer generative = ModelFile.AsGenerative(context, loaded, path, misfit);
            using IDisposable owned = (IDisposable)generative;
            if (generative is VaeTransformer vae)
            {
                VaeMetrics test = vae.Evaluate(real, parsed.GetValue(samples));
                to.Write(JsonSerializer.Serialize(test, JsonOutput.Options));
                if (!Tell())
                    Console.WriteLine(VaeRun.Describe(test));
                return 0;
            }
            DcganGenerator gan = (DcganGenerator)generative;
            GanJudgement judgement = new(context, gan, parsed.GetValue(count), parsed.GetValue(extractor), parsed.GetValue(saveExtractor));
            GenerativeMetrics metrics = judgement.Of(train, real);
            to.Write(GanJudgement.ToJson(metrics, gan.IsAveraged).ToJsonString(JsonOutput.Options));
            if (!Tell())
                Console.WriteLine(GanJudgement.Describe(metrics, gan.IsAveraged));
            return 0;

            // The file is the object.
            bool Tell()
            {
                if (parsed.GetValue(json))
                    Console.WriteLine(File.ReadAllText(to.File));
                return parsed.GetValue(json);
            }
        });
        return command;
    }
}

/// <summary>Where <c>evaluate</c> leaves its figures: in a JSON file, or in a folder as <c>evaluation.json</c>.</summary>
internal sealed class EvaluationOutput
{
    private const string FileName = "evaluation.json";

    private EvaluationOutput(string folder, string file) => (Folder, File) = (folder, file);

    /// <summary>For pictures and a page, where there are any.</summary>
    public string Folder { get; }

    public string File { get; }

    /// <summary>A name that ends in .json is a file, unless there is a folder of that name; any other is a folder.</summary>
    public static EvaluationOutput Named(string output) => Directory.Exists(output) || !output.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        ? new(output, Path.Combine(output, FileName))
        : new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, Path.GetFileNameWithoutExtension(output)), output);

    /// <summary>A file beside the model; of a classifier, whose training left one of that name there, a folder.</summary>
    public static EvaluationOutput Beside(string model, bool isClassifier)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        return Named(Path.Combine(folder, isClassifier ? "evaluation" : FileName));
    }

    public void Write(string json) => OutputFile.WriteAllText(File, json);

    public void Write(ClassificationReport report)
    {
        report.Save(Folder);
        string saved = Path.Combine(Folder, FileName);
        if (saved != File)
            OutputFile.Write(File, unfinished => System.IO.File.Copy(saved, unfinished));
    }
}
