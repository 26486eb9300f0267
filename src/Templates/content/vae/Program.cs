// Trains a variational autoencoder: it learns to write a picture as a few numbers, and to draw pictures from such numbers.
//   dotnet run -c Release                  built-in moons
//   dotnet run -c Release -- FOLDER        pictures of your own
using Microsoft.ML;
using MLNetGen;

var ml = new MLContext(seed: 1);

// Rows with the column Image; nothing is read before a trainer asks.
IDataView pictures = args.Length > 0 ? ml.Images.LoadFolder(args[0]) : ml.Images.MoonPhases(1000);

using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options
{
    LatentDimension = 8,                    // how many numbers a picture is written as: a moon has three
    Epochs = 8,                             // how often it sees every picture
    MetricsCallback = Console.WriteLine,
}).Fit(pictures);

// Pictures written as numbers (Latent) and drawn again (Reconstruction).
IDataView coded = vae.Transform(ml.Data.TakeRows(pictures, 64));
ml.Images.SaveGrid(coded, "Image", "pictures.png");
ml.Images.SaveGrid(coded, "Reconstruction", "reconstructions.png");

// New pictures, from random numbers.
IDataView drawn = vae.Decoder.Transform(ml.Generative.SampleLatent(64, vae.LatentDimension, seed: 7));
ml.Images.SaveGrid(drawn, "Image", "new.png");

// The model is ML.NET's own: any program loads it with the Microsoft.ML packages alone. onnx/ has its networks for everything else.
ml.Model.Save(vae, pictures.Schema, "model.zip");
vae.SaveOnnx("onnx");
ITransformer loaded = ml.Model.Load("model.zip", out _);
foreach (Coded row in ml.Data.CreateEnumerable<Coded>(ml.Data.TakeRows(loaded.Transform(pictures), 3), reuseRowObject: false))
    Console.WriteLine($"code [{string.Join(", ", row.Latent.Select(x => x.ToString("F2")))}], error {row.ReconstructionError[0]:F1}");
Console.WriteLine("64 new pictures are in new.png, the model in model.zip; look at pictures.png beside reconstructions.png, too");

internal sealed class Coded
{
    public float[] Latent { get; set; } = [];

    public float[] ReconstructionError { get; set; } = [];
}
