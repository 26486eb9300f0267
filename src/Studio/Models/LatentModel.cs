using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Cli;

namespace MLNetGen.Studio.Models;

/// <summary>A picture and what a pipeline asks for besides.</summary>
internal sealed class PictureRow
{
    public MLImage? Image { get; set; }

    public string Label { get; set; } = "";

    public string Path { get; set; } = "";
}

/// <summary>A VAE or a GAN's generator: codes to pictures, and of a VAE pictures to codes. One request after the other.</summary>
internal sealed class LatentModel(MLContext context, StudioModel file) : IDisposable
{
    private readonly ITransformer model = ModelFile.LoadGenerative(context, file.Path);
    private readonly Dictionary<int, ITransformer> decoders = [];
    private readonly Dictionary<int, PrincipalDirections> directions = [];
    private readonly Lock gate = new();

    public int Dimension => Drawing.DimensionOf(model);

    public int ClassCount => model switch { VaeTransformer vae => vae.ClassCount, DcganGenerator gan => gan.ClassCount, _ => 0 };

    /// <summary>Whether pictures have codes.</summary>
    public bool Encodes => model is VaeTransformer;

    /// <summary>The pictures of codes, all of one class where the model knows classes.</summary>
    public Picture[] Decode(float[][] codes, int onlyClass)
    {
        lock (gate)
        {
            if (!decoders.TryGetValue(onlyClass, out ITransformer? decoder))
            {
                int? asked = ClassCount > 0 ? onlyClass : null;
                decoders.Add(onlyClass, decoder = Drawing.Decoder(context, model, asked));
            }
            return [.. Drawing.Pictures(context, decoder.Transform(Rows(codes)))];
        }
    }

    /// <summary>The codes of pictures, as of one class where the model knows classes.</summary>
    public float[][] Encode(IReadOnlyList<Picture> pictures, int onlyClass)
    {
        PictureRow[] rows = [.. pictures.Select(picture => new PictureRow { Image = picture.ToImage(), Label = file.Classes.ElementAtOrDefault(onlyClass) ?? "" })];
        try
        {
            lock (gate) return [.. Drawing.Encode(model, context.Data.LoadFromEnumerable(rows), file.Name, "a picture's code").GetColumn<float[]>(Latent)];
        }
        finally
        {
            foreach (PictureRow row in rows) row.Image!.Dispose();
        }
    }

    /// <summary>The directions along which the pictures of a class change most.</summary>
    public PrincipalDirections Directions(int onlyClass, CancellationToken cancel)
    {
        lock (gate)
        {
            if (directions.TryGetValue(onlyClass, out PrincipalDirections? known))
                return known;
        }
        PrincipalDirections found = PrincipalDirections.Of(Dimension, (count, seed) => Sample(count, seed, null), codes => Decode(codes, onlyClass), cancel);
        lock (gate) return directions[onlyClass] = found;
    }

    /// <summary>Codes drawn from the standard normal distribution.</summary>
    public float[][] Sample(int count, int seed, double? truncation) => [.. context.Generative.SampleLatent(count, Dimension, seed, truncation).GetColumn<float[]>(Latent)];

    /// <summary>The way from code to code.</summary>
    public float[][] Between(float[][] codes, int steps) => [.. context.Generative.InterpolateLatent(Rows(codes), steps).GetColumn<float[]>(Latent)];

    public void Dispose() => (model as IDisposable)?.Dispose();

    private const string Latent = "Latent";

    private IDataView Rows(float[][] codes)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(CodeRow));
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Dimension);
        return context.Data.LoadFromEnumerable(codes.Select(code => new CodeRow { Latent = code }), schema);
    }

    private sealed class CodeRow
    {
        public float[] Latent { get; set; } = [];
    }
}
