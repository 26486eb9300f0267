// Trains a network that enlarges pictures four times, from sharp pictures alone, and enlarges one.
//   dotnet run -c Release --project examples/SuperResolution PHOTOGRAPHS/
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetGen;

if (args is not [string folder])
{
    Console.Error.WriteLine("name a folder of sharp photographs");
    return 1;
}
var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.Contains("MLNetGen", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

IDataView photographs = ml.Images.LoadFolder(folder);
(IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(photographs, 0.1);
using SuperResolutionTransformer enlarge = ml.Generative.SuperResolution(new SuperResolutionTrainer.Options
{
    Factor = 4,
    Epochs = 5,
    ValidationSet = test,
    WorkspacePath = "super-resolution",     // checkpoints, and pictures as it learns
}).Fit(train);

SuperResolutionMetrics metrics = enlarge.Evaluate(test, largestSide: 384);     // shrinks them, enlarges them again, compares
Console.WriteLine($"{metrics.Network.Count} pictures it did not train on: {metrics.Quality}");

IDataView large = enlarge.Transform(ml.Data.TakeRows(photographs, 4));     // any size in, four times as wide and high out
ml.Images.SaveGrid(large, "Upscaled", "enlarged.png", columns: 2);

ml.Model.Save(enlarge.ToFixedSize(320, 240), photographs.Schema, "super-resolution.zip");     // loads with Microsoft.ML alone
enlarge.SaveOnnx("onnx");
enlarge.SaveReport("super-resolution", metrics);
Console.WriteLine("four pictures are in enlarged.png, the model in super-resolution.zip, the ONNX files in onnx/, the report in super-resolution/report.html");
return 0;
