using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Export;
using SkiaSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetGen.Tests.Docs;

/// <summary>What blocks of the documentation speak of, small: files of these names in a folder of its own, and a value for every name. Models are trained when a block first asks for one.</summary>
public static class World
{
    private const int Count = 120, Few = 40, Side = 28, Classes = 10;

    public static MLContext Context { get; } = new(seed: 1);

    private static readonly Lazy<string> Place = new(Make);
    private static readonly Lazy<VaeTransformer> TrainedVae = new(() => Context.Generative.Trainers.Vae(new VaeTrainer.Options { Architecture = VaeArchitecture.Mlp, LatentDimension = 4, Epochs = 1, Seed = 1 }).Fit(Digits));
    private static readonly Lazy<GaussianMixtureTransformer> FittedMixture = new(() =>
    {
        GaussianMixtureTransformer fitted = Context.Generative.Trainers.GaussianMixture(new GaussianMixtureTrainer.Options { NumberOfComponents = 2, Seed = 1 }).Fit(Codes);
        fitted.SaveOnnx(Folder);
        return fitted;
    });

    private static readonly Lazy<DcganTransformer> TrainedGan = new(() =>
        Context.Generative.Trainers.Dcgan(new DcganTrainer.Options { Network = DcganNetwork.Mlp, Width = 16, ImageSize = Side, LatentDimension = 4, Steps = 2, Seed = 1 }).Fit(Context.Transforms.DropColumns("Label").Fit(Digits).Transform(Digits)));

    /// <summary>For what sets options of its context.</summary>
    public static MLContext Another { get; } = new(seed: 1);

    /// <summary>Where blocks run: pictures, a painting, a classifier and an ONNX file are there.</summary>
    public static string Folder => Place.Value;

    /// <summary>Grey pictures of 28×28, twelve of each label from "0" to "9".</summary>
    public static IDataView Digits => Context.Images.LoadFolder(Path.Combine(Folder, "digits"));

    /// <summary>Colour pictures of 32×32.</summary>
    public static IDataView Photos => Context.Images.LoadFolder(Path.Combine(Folder, "photos"));

    /// <summary>Colour pictures of one size that the schema knows, as ML.NET's own transforms want it.</summary>
    public static IDataView Sized => Context.Transforms.ResizeImages("Image", Side, Side).Fit(Photos).Transform(Photos);

    /// <summary>The digits, with a column that says which are threes.</summary>
    public static IDataView Marked => Context.Transforms.Expression("Unusual", "x => x == \"3\" ? 1f : 0f", "Label").Fit(Digits).Transform(Digits);

    public static IDataView Keyed => Context.Transforms.Conversion.MapValueToKey("Label").Fit(Photos).Transform(Photos);

    public static IDataView Codes => Vae.Encoder.Transform(Digits);

    public static VaeTransformer Vae => TrainedVae.Value;

    public static DcganTransformer Gan => TrainedGan.Value;

    public static GaussianMixtureTransformer Mixture => FittedMixture.Value;

    public static ITransformer Model => Context.Model.Load(Path.Combine(Folder, "model.zip"), out _);

    public static Picture Picture => PictureFile.Read(Path.Combine(Folder, "photo.jpg"));

    public static MLImage Image => Picture.ToImage();

    /// <summary>Inputs of <c>network.onnx</c>.</summary>
    public static IEnumerable<IReadOnlyList<NamedOnnxValue>> Rows => Enumerable.Range(0, 4).Select(i => (IReadOnlyList<NamedOnnxValue>)
        [NamedOnnxValue.CreateFromTensor("pixels", new DenseTensor<float>(Enumerable.Range(0, 3 * Side * Side).Select(p => p * (i + 3) % 256 / 255f).ToArray().AsMemory(), [1, 3, Side, Side]))]);

    private static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-docs-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Picture[] moons = [.. Context.Images.MoonPhases(Count, Side, 1).GetColumn<MLImage>("Image").Select(image =>
        {
            using (image) return new Picture(Side, Side, 1, [.. Picture.FromImage(image).Pixels.Where((_, i) => i % 3 == 0)]);
        })];
        for (int i = 0; i < Count; i++)
        {
            string name = i.ToString("D2", CultureInfo.InvariantCulture) + ".png";
            moons[i].Save(Path.Combine(folder, "digits", $"{i % Classes}", name));
            foreach (string kind in i < Few ? (string[])["photos", "faces", "birds"] : ["faces"])
                Colored(32, i).Save(Path.Combine(folder, kind, i % 2 == 0 ? "kite" : "wren", name));
        }
        // As MNIST's file is: the number of its kind, three sizes, a byte a pixel.
        using (GZipStream idx = new(File.Create(Path.Combine(folder, "train-images-idx3-ubyte.gz")), CompressionLevel.Fastest))
        {
            foreach (int number in (int[])[0x803, Count, Side, Side]) idx.Write([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
            foreach (Picture moon in moons) idx.Write(moon.Pixels);
        }
        foreach ((string name, int seed) in (IEnumerable<(string, int)>)[("wave.jpg", 5), ("photo.jpg", 9)]) SaveJpeg(Colored(96, seed), Path.Combine(folder, name));

        using Module<Tensor, Tensor> network = Sequential(Conv2d(3, 4, 3, padding: 1), ReLU(), Flatten(), Linear(4 * Side * Side, Classes));
        foreach (string name in (string[])["network.onnx", "classifier.onnx"])
            OnnxExporter.Export(network, rand(1, 3, Side, Side), Path.Combine(folder, name), new OnnxExportOptions { InputNames = ["pixels"], OutputNames = ["Score"] });
        IDataView photos = Context.Images.LoadFolder(Path.Combine(folder, "photos"));
        // As `train` saves it: what predicts, and not the labels' keys.
        ITransformer classifier = Context.MulticlassClassification.Trainers.AlexNet(Context, new AlexNetTrainer.Options { Network = AlexNetNetwork.Compact, ImageSize = 16, Epochs = 1, Seed = 1 })
            .Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Context.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos));
        Context.Model.Save(classifier, photos.Schema, Path.Combine(folder, "model.zip"));
        return folder;
    }

    private static Picture Colored(int side, int seed) => new(side, side, 3, [.. Enumerable.Range(0, side * side * 3).Select(p => (byte)((((p / 3 % side) * (1 + (seed % 5))) + ((p / 3 / side) * (1 + (seed % 3))) + (p % 3 * 60)) % 256))]);

    private static void SaveJpeg(Picture picture, string path)
    {
        using SKBitmap bitmap = SKBitmap.Decode(picture.ToPng());
        using FileStream file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 90);
    }

    /// <summary>A network that takes tensors by name, as docs/exporter.md tells of one.</summary>
    public sealed class Masked : Module<Dictionary<string, Tensor>, Tensor>
    {
        public Masked()
            : base(nameof(Masked)) => RegisterComponents();

        public override Tensor forward(Dictionary<string, Tensor> input) => input["image"] * input["mask"];
    }
}
