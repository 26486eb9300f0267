// Trains an AlexNet to tell the phases of the moon (or the subfolders of a folder of your own) apart, in an ordinary ML.NET pipeline.
//   dotnet run -c Release --project examples/AlexNet [FOLDER]
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using MLNetGen;

var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.Contains("MLNetGen", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

IDataView pictures = args.Length > 0 ? ml.Images.LoadFolder(args[0]) : ml.Images.MoonPhases(3000);
(IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(pictures, 0.2);

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
    {
        Epochs = 10,
        HorizontalFlip = args.Length > 0,       // a waxing moon in the mirror is a waning one
        WorkspacePath = "alexnet",              // a checkpoint every epoch
    }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
using TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(train);

IDataView scored = model.Transform(test);
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);
Console.WriteLine($"top-1 {metrics.MicroAccuracy:P1}  top-2 {metrics.TopKAccuracy:P1}  log-loss {metrics.LogLoss:F3}");

ml.MulticlassClassification.EvaluateReport(ml, scored).Save("alexnet");     // confusion, calibration, the worst pictures
ml.Model.Save(model, pictures.Schema, "alexnet.zip");                       // loads with Microsoft.ML alone
Console.WriteLine("the model is in alexnet.zip, the report in alexnet/report.html");
