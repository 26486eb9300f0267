using System.CommandLine;
using Microsoft.ML;
using MLNetGen.Onnx;

namespace MLNetGen.Cli.Commands;

internal static class QuantizeCommand
{
    public static Command Create()
    {
        DataSource data = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A run, a model.zip, or an .onnx file that takes pictures, of operator set 13 or later", Required = true }.OfRun(orOnnx: true);
        Option<string?> output = new("--out") { Description = "Where to write it; unset: beside the model, its name with -int8" };
        Option<int> calibration = new Option<int>("--calibration")
        {
            Description = "Pictures of the training part that tell what the numbers between layers are",
            DefaultValueFactory = _ => 256,
        }.AtLeast(1);
        Option<double> maximumLoss = new("--max-loss")
        {
            Description = "Points that may be lost, of top-1 on the test part where it is a classifier; else of the outputs' range, on average. More: nothing is written",
            DefaultValueFactory = _ => 1,
        };
        Option<string[]> floatLayers = new("--float-layers")
        {
            Description = "Layers that stay in float32, as the report names them",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<bool> allLayers = new("--all-layers") { Description = "Refuse at once, rather than leave the layers that cost most in float32 until the loss is allowed" };
        Option<bool> reduceRange = new("--reduce-range") { Description = "Weights of 7 bits: for x86 processors without VNNI" };
        Option<double?> scale = new("--scale") { Description = "Of an .onnx file whose input is float32: what pixels from 0 to 255 are multiplied with; unset: 1/255" };
        Option<int?> size = new("--size") { Description = "Of an .onnx file that takes pictures of any size: their height and width" };
        Option<int> seed = new("--seed") { Description = "Which rows are held out and which are calibrated on: the training's, for its own model", DefaultValueFactory = _ => 1 };
        Command command = new("quantize", "Write a model.zip or an ONNX file in 8 bits, calibrated on pictures, with its accuracy before and after")
            { model, output, calibration, maximumLoss, floatLayers, allLayers, reduceRange, scale, size, seed };
        data.AddTo(command);
        command.Add(data.Test);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            string path = parsed.GetValue(model)!;
            ModelFile.RequireThere(path);
            string target = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-int8{Path.GetExtension(path)}");
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(seed));
            IDataView rows = Some(context, train, parsed.GetValue(calibration), parsed.GetValue(seed));
            ModelQuantizationOptions options = new()
            {
                FloatLayers = parsed.GetValue(floatLayers)!,
                KeepSensitiveLayers = !parsed.GetValue(allLayers),
                ReduceRange = parsed.GetValue(reduceRange),
                MaximumLoss = parsed.GetValue(maximumLoss) / 100,
            };
            IReadOnlyList<OnnxQuantizationReport> reports;
            if (ModelArchive.IsArchive(path))
            {
                ITransformer loaded = ModelFile.Load(context, path);
                using IDisposable? sessions = loaded as IDisposable;
                if (ClassifierModel.Is(loaded, test.Schema, out _))
                    options.Accuracy = candidate => context.MulticlassClassification.EvaluateReport(context, candidate.WithBatching().Transform(test)).Metrics.Accuracy;
                reports = context.Model.Quantize(context, path, target, rows, options);
            }
            else
            {
                reports = [new PictureNetwork(context, path, parsed.GetValue(size), parsed.GetValue(scale)).Quantize(target, rows, test, options)];
            }
            JsonOutput.Add("networks", reports);
            JsonOutput.Wrote(target);
            foreach (OnnxQuantizationReport report in reports)
                Console.WriteLine(report);
            Console.WriteLine($"it is in {target}");
            return 0;
        });
        return command;
    }

    // Of every class alike: folders are read class after class.
    private static IDataView Some(MLContext context, IDataView rows, int count, int seed)
    {
        long all = rows.GetRowCount() ?? long.MaxValue;
        return all <= count ? rows : context.Data.StratifiedTrainTestSplit(rows, (double)count / all, rows.Schema.GetColumnOrNull("Label")?.Name, seed).Test;
    }
}
