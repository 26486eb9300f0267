// Trains a VAE on moon phases (or on a folder of your own), draws new pictures and saves the model.
//   dotnet run -c Release --project examples/Vae [FOLDER]
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
using VaeTransformer vae = ml.Generative.Trainers.Vae("Image", latentDimension: 8, epochs: 10).Fit(pictures);

IDataView fresh = vae.Decoder.Transform(ml.Generative.SampleLatent(64, vae.LatentDimension, seed: 7));
ml.Images.SaveGrid(fresh, "Image", "fresh.png");

ml.Model.Save(vae, pictures.Schema, "vae.zip");
vae.SaveOnnx("onnx");
Console.WriteLine("64 new pictures are in fresh.png, the ML.NET model in vae.zip, the ONNX files in onnx/");
