using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Cli;

/// <summary>A folder of small pictures, two files in it that are none, and models saved as a user saves them.</summary>
public sealed class ScoringModels : IDisposable
{
    private const int Size = 8, Latent = 3;

    public const int Count = 60;

    /// <summary>Files that cannot be read, by their paths in the folder.</summary>
    public static readonly string[] Broken = ["across/broken.png", "zebras, \"grey\".jpg"];

    private readonly MLContext ml = new(seed: 1);

    public ScoringModels()
    {
        foreach ((int i, Patterns.Row row) in Patterns.Rows(Count).Index())
        {
            using MLImage image = row.Image;
            image.Save(Path.Combine(Directory.CreateDirectory(Path.Combine(Pictures, row.Label)).FullName, $"{i:D3}.png"));
        }
        File.WriteAllText(Path.Combine(Pictures, Broken[0]), "no picture");
        File.WriteAllBytes(Path.Combine(Pictures, Broken[1]), TestPictures.Jpeg[..200]);
        IDataView rows = Patterns.View(ml, Count);
        VaeTrainer.Options options = new() { Architecture = VaeArchitecture.Mlp, ImageSize = Size, LatentDimension = Latent, Epochs = 1, Seed = 1 };
        using (VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(rows)) ml.Model.Save(vae, rows.Schema, Vae);
        ITransformer classifier = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ResizeImages("Image", Size, Size))
            .Append(ml.Transforms.ExtractPixels("pixels", "Image", scaleImage: 1 / 255f))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "pixels"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(rows);
        ml.Model.Save(classifier, rows.Schema, Classifier);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public string Pictures => Path.Combine(Folder, "pictures");

    public string Vae => Path.Combine(Folder, "vae.zip");

    public string Classifier => Path.Combine(Folder, "classifier.zip");

    /// <summary>The readable pictures, in the order of their paths.</summary>
    public string[] Paths =>
    [
        .. Directory.GetFiles(Pictures, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Pictures, file).Replace('\\', '/'))
            .Except(Broken).Order(StringComparer.Ordinal),
    ];

    /// <summary>What a model gives, one row after another, by ML.NET alone.</summary>
    public Dictionary<string, T> Truth<T>(string model, Func<Row, T> of)
    {
        IDataView files = ml.Data.LoadFromEnumerable(Paths.Select(path => new Named { Path = path, File = path, Label = path.Split('/')[0] }));
        IDataView rows = ml.Transforms.LoadImages("Image", Pictures, "File").Fit(files).Transform(files);
        ITransformer loaded = ml.Model.Load(model, out _);
        using IDisposable? sessions = loaded as IDisposable;
        IDataView scored = loaded.Transform(rows);
        ml.Images.RegisterTypes(scored.Schema);
        Dictionary<string, T> truth = [];
        foreach (Row row in ml.Data.CreateEnumerable<Row>(scored, reuseRowObject: false, ignoreMissingColumns: true)) truth.Add(row.Path, of(row));
        return truth;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private sealed class Named
    {
        public string Path { get; set; } = "";

        public string File { get; set; } = "";

        public string Label { get; set; } = "";
    }

    public sealed class Row
    {
        public string Path { get; set; } = "";

        public float[]? Latent { get; set; }

        [ImageType(Size, Size)]
        public MLImage? Reconstruction { get; set; }

        public string? PredictedLabel { get; set; }

        public float[]? Score { get; set; }
    }
}
