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
RegisterPictures(model);
// Unless told otherwise, an engine owns the model: its Dispose takes the model from other engines, which then end the process, and from Model.Save.
using var owner = model as IDisposable;
using var engine = ml.Model.CreatePredictionEngine<Photo, Coded>(model, new PredictionEngineOptions { OwnsTransformer = false });

// As the file's pixels lie: ML.NET does not look at a photograph's EXIF orientation.
using MLImage picture = MLImage.CreateFromFile(args[1]);
Coded coded = engine.Predict(new Photo { Image = picture });

Console.WriteLine($"latent: {string.Join(" ", coded.Latent.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}");
Console.WriteLine($"error: {coded.ReconstructionError[0].ToString("R", CultureInfo.InvariantCulture)}");
if (args.Length > 2)
    coded.Reconstruction!.Save(args[2]);
return 0;

// Rows take pictures only of registered sizes: of any size, which 'Photo' has, and of those that the model makes.
static void RegisterPictures(ITransformer model)
{
    DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
    DataViewSchema.Builder photo = new();
    photo.AddColumn(nameof(Photo.Image), new ImageDataViewType());
    foreach (ImageDataViewType type in model.GetOutputSchema(photo.ToSchema()).Select(column => column.Type).OfType<ImageDataViewType>())
    {
        if (type.Height > 0)
            DataViewTypeManager.Register(type, typeof(MLImage), new ImageTypeAttribute(type.Height, type.Width));
    }
}

internal sealed class Photo
{
    public MLImage? Image { get; set; }
}

internal sealed class Coded
{
    public float[] Latent { get; set; } = [];

    public MLImage? Reconstruction { get; set; }

    public float[] ReconstructionError { get; set; } = [];
}
