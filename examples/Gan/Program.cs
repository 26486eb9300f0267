// Trains a DCGAN on moon phases (or on a folder of your own), draws new pictures and saves the generator.
//   dotnet run -c Release --project examples/Gan [FOLDER]
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetGen;

var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.Contains("MLNetGen", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

IDataView pictures = args.Length > 0 ? ml.Images.LoadFolder(args[0]) : ml.Images.MoonPhases(2000);
using DcganTransformer gan = ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
{
    Steps = args.Length > 0 ? 2000 : 600,
    CheckpointInterval = 100,
    WorkspacePath = "gan",     // checkpoints, the log and pictures as it learns
}).Fit(pictures);

IDataView latent = ml.Generative.SampleLatent(64, gan.LatentDimension, seed: 7);
ml.Images.SaveGrid(gan.Generator.Transform(latent), "Image", "fresh.png");

ml.Model.Save(gan.Generator, latent.Schema, "gan.zip");     // loads with Microsoft.ML alone
gan.SaveOnnx("onnx");
gan.SaveReport("gan");
Console.WriteLine("64 new pictures are in fresh.png, the generator in gan.zip, the ONNX files in onnx/, the report in gan/report.html");
