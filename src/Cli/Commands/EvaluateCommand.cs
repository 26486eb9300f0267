using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNetGen.Cli.Evaluations;

namespace MLNetGen.Cli.Commands;

internal static class EvaluateCommand
{
    private const int GanPictures = 1024, StylePictures = 16;
    private const string StyleNetwork = "style.onnx";

    public static Command Create()
    {
        DataSource data = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A run of training, or its model.zip", Required = true }.OfRun();
        Option<string?> output = new("--out")
        {
            Description = "A folder for figures, pictures and page; or a file that ends in .json for the figures, and the rest into a folder named as the file. "
                + "Unset: the folder evaluation beside the model",
        };
        Option<bool> all = new("--all-rows") { Description = "All rows, also those that the model was trained on; unset: of data that its training split, the rows held out" };
        Option<int> seed = new("--seed") { Description = "The training's seed, for --held-out and the pictures that super-resolution is judged by", DefaultValueFactory = _ => 1 };
        Option<int?> count = new("--count")
        {
            Description = $"How many pictures a GAN makes to be judged by, and of the real ones as many at most (unset: {GanPictures}); how many are judged of a style network's "
                + $"({StylePictures}) and of those that super-resolution enlarges ({SuperResolutionRun.MostJudged})",
        };
        Option<string?> extractor = new("--extractor")
        {
            Description = "An ONNX file that turns pictures into features: one that --save-extractor wrote, or any other. Unset: ResNet-18, trained on "
                + "ImageNet",
        };
        Option<int> samples = new("--importance-samples") { Description = "Of a VAE: draws of z a picture for a tighter bound on log p(x), such as 500; 0: none" };
        Option<string?> saveExtractor = new("--save-extractor") { Description = "Where to keep the extractor, so that other models are judged by the same" };
        Option<string?> lossNetwork = new("--loss-network") { Description = "Of a style network: who judged in its training; unset: as 'train style' was told" };
        Command command = new("evaluate", "Judge a trained model of any family on pictures that it was not trained on: the figures that metrics.json calls 'test', and a page")
            { model, output, count, extractor, saveExtractor, samples, lossNetwork };
        data.AddTo(command);
        command.Add(data.HeldOut);
        command.Add(all);
        command.Add(seed);
        command.SetWork((parsed, cancel) =>
        {
            if (parsed.GetValue(samples) < 0)
                throw new ArgumentException($"--importance-samples is {parsed.GetValue(samples)}; it must be 0 or above.");
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 1.");
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            string path = parsed.GetValue(model)!;
            ModelFile.RequireThere(path);
            // Chains of style networks did not say what they are once.
            string? family = ModelFamily.NameOf(path) ?? (File.Exists(Path.Combine(RunFolder(), StyleNetwork)) ? "style" : null);
            EvaluatedRows Rows() => EvaluatedRows.Load(context, data, parsed, parsed.GetValue(seed), parsed.GetValue(all), path, ModelFamily.ChannelsOf(path, family));
            (EvaluatedRows rows, Judgement found) = family switch
            {
                "superResolution" => SuperResolution(),
                "style" => Style(),
                _ => Pipeline(),
            };
            using Judgement owner = found;
            foreach (string warning in rows.Warnings) Console.Error.WriteLine($"mlnetgen: {warning}");
            EvaluationOutput to = parsed.GetValue(output) is { } named ? EvaluationOutput.Named(named) : EvaluationOutput.Beside(path);
            string written = to.Write(found, rows, [["model", path], ["data", parsed.GetValue(data.Data)!], ["command", string.Join(' ', CommandContext.CommandLine)]]);
            CommonOptions.Page = to.Page;
            JsonOutput.AddAll(JsonNode.Parse(written)!.AsObject());
            JsonOutput.Wrote(to.File);
            JsonOutput.Wrote(to.Page);
            Console.WriteLine(found.Text);
            Console.WriteLine($"more is in {to.Page}");
            return 0;

            string RunFolder() => Path.GetDirectoryName(Path.GetFullPath(path))!;

            (EvaluatedRows, Judgement) SuperResolution()
            {
                SuperResolutionTransformer network = SuperResolutionTransformer.Load(context, RunFolder());
                EvaluatedRows rows = Rows();
                return (rows, Judgement.OfSuperResolution(context, network, rows, parsed.GetValue(seed), parsed.GetValue(count) ?? SuperResolutionRun.MostJudged, cancel));
            }

            (EvaluatedRows, Judgement) Style()
            {
                EvaluatedRows rows = Rows();
                return (rows, Judgement.OfStyle(context, RunFolder(), rows.Judged, parsed.GetValue(lossNetwork) ?? RepeatedRun.ValueIn(RunFolder(), lossNetwork.Name), parsed.GetValue(count) ?? StylePictures, cancel));
            }

            (EvaluatedRows, Judgement) Pipeline()
            {
                ITransformer loaded = ModelFile.Load(context, path);
                EvaluatedRows rows = Rows();
                if (ClassifierModel.Is(loaded, rows.Judged.Schema, out string? misfit))
                    return (rows, Judgement.OfClassifier(context, loaded, rows.Judged, family));
                ITransformer generative = ModelFile.AsGenerative(context, loaded, path, misfit);
                return (rows, generative is VaeTransformer vae
                    ? Judgement.OfVae(context, vae, rows, parsed.GetValue(samples))
                    : Judgement.OfGan(context, (DcganGenerator)generative, new(context, (DcganGenerator)generative, parsed.GetValue(count) ?? GanPictures, parsed.GetValue(extractor), parsed.GetValue(saveExtractor)), rows));
            }
        });
        return command;
    }
}
