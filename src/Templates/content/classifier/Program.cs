// Trains a network to tell kinds of pictures apart.
//   dotnet run -c Release                  the phases of built-in moons
//   dotnet run -c Release -- FOLDER        pictures of your own: a subfolder a kind
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen;

var ml = new MLContext(seed: 1);

// Rows with the columns Image, Label (the subfolder) and Path. Nothing is read before a trainer asks.
IDataView pictures = args.Length > 0 ? ml.Images.LoadFolder(args[0]) : ml.Images.MoonPhases(500);

// A fifth, of every kind alike, is kept from training: what a model knows shows on pictures that it has not seen.
(IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(pictures, 0.2);

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")      // names to numbers: what trainers count in
    .Append(ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
    {
        Epochs = 6,                         // how often it sees every picture; 40 and more for real ones
        HorizontalFlip = args.Length > 0,   // a bird in the mirror is a bird, a waxing moon is a waning one
        MetricsCallback = Console.WriteLine,
    }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
using var model = pipeline.Fit(train);

IDataView scored = model.Transform(test);
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
Console.WriteLine($"{metrics.MicroAccuracy:P1} of the pictures that it has not seen are told right");

// The model is ML.NET's own: any program loads it with the Microsoft.ML packages alone.
ml.Model.Save(model, pictures.Schema, "model.zip");
ITransformer loaded = ml.Model.Load("model.zip", out _);
foreach (Answer answer in ml.Data.CreateEnumerable<Answer>(ml.Data.TakeRows(loaded.Transform(test), 5), reuseRowObject: false))
    Console.WriteLine($"{answer.Path}: {answer.PredictedLabel}, {answer.Score.Max():P0} sure");

// A page with the confusion matrix, calibration and the worst pictures.
ml.MulticlassClassification.EvaluateReport(ml, scored).Save("evaluation");
Console.WriteLine("the model is in model.zip, what it can and cannot do in evaluation/report.html");

internal sealed class Answer
{
    public string Path { get; set; } = "";

    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
