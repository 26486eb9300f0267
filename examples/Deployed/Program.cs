// Uses a VAE's model.zip with Microsoft.ML alone: a picture's latent vector, reconstruction and error.
//   dotnet run -c Release --project examples/Deployed -- model.zip picture.png [reconstruction.png]
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: model.zip picture.png [reconstruction.png]");
    return 2;
}

var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _);
using var engine = ml.Model.CreatePredictionEngine<Photo, Coded>(model);

using MLImage picture = MLImage.CreateFromFile(args[1]);
Coded coded = engine.Predict(new Photo { Image = picture });

Console.WriteLine($"latent: {string.Join(" ", coded.Latent.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}");
Console.WriteLine($"error: {coded.ReconstructionError[0].ToString("R", CultureInfo.InvariantCulture)}");
if (args.Length > 2)
    coded.Reconstruction!.Save(args[2]);
return 0;

internal sealed class Photo
{
    [ImageType(1, 1)]
    public MLImage? Image { get; set; }
}

internal sealed class Coded
{
    public float[] Latent { get; set; } = [];

    [ImageType(1, 1)]
    public MLImage? Reconstruction { get; set; }

    public float[] ReconstructionError { get; set; } = [];
}
