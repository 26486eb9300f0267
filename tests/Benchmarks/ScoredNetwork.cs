using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.AlexNet;
using MLNetGen.Export;
using MLNetGen.Vae;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>A network of the families with random weights, and what it reads.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Output">The column that is read.</param>
/// <param name="Channels">Of its pictures.</param>
/// <param name="Size">Their height and width.</param>
/// <param name="IsVector">Whether it is fed vectors in memory; otherwise pictures, decoded before the clock starts.</param>
/// <param name="Allowed">Times OnnxTransformer, at least.</param>
/// <param name="Share">Of the rows: a slow network has fewer.</param>
/// <param name="Create">Makes it.</param>
internal sealed record ScoredNetwork(string Name, string Output, int Channels, int Size, bool IsVector, double Allowed, double Share, Func<ExportableModule> Create)
{
    public const string Pixels = "Pixels", Image = "Image";

    private const int LatentDimension = 20, Classes = 10, ImageNetClasses = 1000, Digit = 28, Compact = 64, Large = 224;

    public static IReadOnlyList<ScoredNetwork> All { get; } =
    [
        new("vectors, VAE, MLP", "Latent", 1, Digit, true, 5, 1, () => Encoder(VaeArchitecture.Mlp)),
        new("pictures, VAE, MLP", "Latent", 1, Digit, false, 2.5, 1, () => Encoder(VaeArchitecture.Mlp)),
        new("pictures, VAE, convolutional", "Latent", 1, Digit, false, 2.5, 1, () => Encoder(VaeArchitecture.Convolutional)),
        new("pictures, AlexNet, compact, 64×64", "Score", 3, Compact, false, 1.25, 1, () => AlexNetModule.Create(new AlexNetShape(AlexNetNetwork.Compact, Classes, Compact, 3))),
        new("pictures, AlexNet, torchvision's, 224×224", "Score", 3, Large, false, 2, 0.2, () => AlexNetModule.Create(new AlexNetShape(AlexNetNetwork.Torchvision, ImageNetClasses, Large, 3))),
    ];

    /// <summary>Writes its file, from pixels to the output.</summary>
    public void Export(string path)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        ExportableModule module = Create();
        OnnxExporter.Export(module, zeros(1, Channels, Size, Size), path, new OnnxExportOptions
        {
            InputNames = [Pixels],
            OutputNames = Output == "Latent" ? [Output, "LatentLogVariance"] : [Output],
        });
    }

    /// <summary>What stands before it: nothing, or what makes pixels of pictures.</summary>
    public ITransformer Preparation(MLContext context, IDataView rows) => IsVector
        ? new TransformerChain<ITransformer>()
        : context.Transforms.ExtractPixels(Pixels, Image, Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb, scaleImage: 1 / 255f).Fit(rows);

    /// <summary>Rows of noise; pictures anew at every call, because ML.NET disposes of those that it extracts.</summary>
    public IDataView Rows(MLContext context, int count)
    {
        Random noise = new(1);
        if (IsVector)
        {
            SchemaDefinition vectors = SchemaDefinition.Create(typeof(VectorRow));
            vectors[nameof(VectorRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Channels * Size * Size);
            return context.Data.LoadFromEnumerable(
                Enumerable.Range(0, count).Select(_ => new VectorRow { Pixels = [.. Enumerable.Range(0, Channels * Size * Size).Select(_ => noise.NextSingle())] }).ToArray(), vectors);
        }
        SchemaDefinition pictures = SchemaDefinition.Create(typeof(PictureRow));
        pictures[nameof(PictureRow.Image)].ColumnType = new ImageDataViewType(Size, Size);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new PictureRow { Image = RandomPicture.Of(noise, Size) }).ToArray(), pictures);
    }

    private static ExportableModule Encoder(VaeArchitecture architecture) => new FileEncoder(new VaeNetwork(architecture, [1, Digit, Digit], LatentDimension));

    private sealed class VectorRow
    {
        public float[] Pixels { get; set; } = [];
    }

    private sealed class PictureRow
    {
        public MLImage? Image { get; set; }
    }
}
