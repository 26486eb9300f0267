using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Evaluation;

namespace MLNetGen.Tests.Evaluation;

public sealed class ResNet18Tests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    private static string Network => ResNet18File.Find() ?? throw new InvalidOperationException("the tests' project refers to the package");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static float[][] Features(FeatureExtractor extractor, IDataView rows) => [.. extractor.Transform(rows).GetColumn<float[]>("Features")];

    private IDataView Noise(int count, int size, int least = 0, int most = 255) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
    {
        Random random = new(i);
        byte[] pixels = [.. Enumerable.Range(0, size * size * 3).Select(_ => (byte)random.Next(least, most + 1))];
        return new Row { Image = new Picture(size, size, 3, pixels).ToImage() };
    }));

    [Fact]
    public void Features_are_those_that_the_packages_two_files_give_one_picture_at_a_time()
    {
        // More than a batch, and not a multiple of one.
        IDataView pictures = Noise(18, 224);
        IDataView expected = ml.Transforms.ResizeImages("Image", 224, 224)
            .Append(ml.Transforms.ExtractPixels("OriginalInput", "Image"))
            .Append(ml.Transforms.ApplyOnnxModel("PreprocessedInput", "OriginalInput", ResNet18File.PreparationOf(Network)))
            .Append(ml.Transforms.CopyColumns("Input247", "PreprocessedInput"))
            .Append(ml.Transforms.ApplyOnnxModel("Pooling395_Output_0", "Input247", Network))
            .Fit(pictures).Transform(Noise(18, 224));
        using FeatureExtractor extractor = FeatureExtractor.ResNet18(ml);
        float[][] features = Features(extractor, pictures), single = [.. expected.GetColumn<float[]>("Pooling395_Output_0")];
        Assert.Equal(512, extractor.FeatureCount);
        Assert.Equal(18, features.Length);
        float largest = single.Max(row => row.Max());
        for (int row = 0; row < 18; row++)
            Assert.Equal(single[row], features[row], (a, b) => Math.Abs(a - b) <= 1e-4 * largest);
    }

    [Fact]
    public void Smaller_pictures_are_enlarged_as_Pillow_enlarges_them()
    {
        // Away from black and white: what overshoots is cut off once here, and after each direction there.
        IDataView pictures = Noise(3, 32, least: 70, most: 185);
        Picture[] originals = [.. pictures.GetColumn<MLImage>("Image").Select(Picture.FromImage)];
        using FeatureExtractor small = FeatureExtractor.ResNet18(ml, imageSize: 32), own = FeatureExtractor.ResNet18(ml);
        float[][] features = Features(small, pictures), smooth = Features(own, View(originals.Select(picture => PictureResize.To(picture, 224, 224)))), blocks = Features(own, View(originals.Select(Blocks)));
        for (int row = 0; row < originals.Length; row++)
        {
            // PictureResize rounds to bytes, twice.
            Assert.InRange(Distance(features[row], smooth[row]), 0, 0.03);
            Assert.InRange(Distance(features[row], blocks[row]), 0.2, double.MaxValue);
        }

        IDataView View(IEnumerable<Picture> rows) => ml.Data.LoadFromEnumerable(rows.Select(picture => new Row { Image = picture.ToImage() }).ToArray());
        // As ML.NET's ResizeImages enlarges them: every pixel seven times in each direction.
        static Picture Blocks(Picture picture) => new(224, 224, 3, [.. Enumerable.Range(0, 224 * 224 * 3).Select(i => picture.Pixels[(i / (224 * 3) / 7 * 32 * 3) + (i / 3 % 224 / 7 * 3) + (i % 3)])]);
        static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / a.Sum(x => (double)x * x));
    }

    [Fact]
    public void Its_hash_is_the_packages_files_and_stays_when_it_is_saved()
    {
        string path = Path.Combine(folder, "extractor.onnx");
        IDataView pictures = Noise(2, 32);
        using FeatureExtractor made = FeatureExtractor.ResNet18(ml, imageSize: 32);
        made.Save(path);
        using FeatureExtractor loaded = FeatureExtractor.FromOnnx(ml, path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Network)))[..12], made.Hash);
        Assert.Equal((made.Hash, made.Description), (loaded.Hash, loaded.Description));
        Assert.Equal(Features(made, pictures), Features(loaded, pictures));
    }

    [Fact]
    public void A_file_that_takes_one_picture_is_given_one_at_a_time()
    {
        IDataView pictures = Noise(2, 224);
        using FeatureExtractor extractor = FeatureExtractor.FromOnnx(ml, Network, "Input247", "Pooling395_Output_0", pixelScale: 1);
        Assert.Equal(2, Features(extractor, pictures).Length);
        Assert.Equal(512, extractor.FeatureCount);
    }

    [Fact]
    public void Where_its_file_is_absent_the_default_says_that_it_does_not_tell_noise()
    {
        IDataView moons = ml.Images.MoonPhases(24, size: 16), unlabelled = ml.Transforms.DropColumns("Label").Fit(moons).Transform(moons);
        using FeatureExtractor random = FeatureExtractor.ChooseDefault(ml, unlabelled, resNet18: null), trained = FeatureExtractor.Default(ml, unlabelled, imageSize: 16);
        List<string> warnings = [];
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        GenerativeMetrics metrics = ml.Generative.Evaluate(unlabelled, unlabelled, "Image", random);
        Assert.Equal(RandomProjectionFitting.Caveat, metrics.FeaturesCaveat);
        Assert.Contains("do not tell noise from pictures", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(64, metrics.FeatureCount);
        Assert.Equal(512, trained.FeatureCount);
        metrics = ml.Generative.Evaluate(unlabelled, unlabelled, "Image", trained);
        Assert.Null(metrics.FeaturesCaveat);
        Assert.Equal((trained.Hash, trained.Description), (metrics.FeaturesHash, metrics.Features));
    }

    [Fact]
    public void Beside_it_a_classifier_tells_the_classes_of_labelled_rows()
    {
        IDataView labelled = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new LabelledRow
        {
            Image = new Picture(16, 16, 1, [.. Enumerable.Range(0, 256).Select(p => (byte)((i % 2 == 0 ? 50 : 200) + ((p * (i + 3)) % 40)))]).ToImage(),
            Label = i % 2 == 0 ? "dark" : "light",
        }).ToArray());
        using FeatureExtractor extractor = FeatureExtractor.Default(ml, labelled, imageSize: 16);
        GenerativeMetrics metrics = ml.Generative.Evaluate(labelled, labelled, "Image", extractor);
        Assert.Equal(512, metrics.FeatureCount);
        Assert.Equal((2, 2), (metrics.Classes!.ClassCount, metrics.Classes.RecognizedCount));
        Assert.Equal(0.5, metrics.Classes.Shares["dark"], 6);
    }

    [Fact]
    public void Absent_files_name_the_package() => Assert.Contains(
        "ResNet18.onnx", Assert.ThrowsAny<IOException>(() => FeatureExtractor.ResNet18(ml, path: Path.Combine(folder, "ResNet18.onnx"))).Message, StringComparison.Ordinal);

    // 100 of either.
    [DataFact("avatars")]
    public void Held_out_avatars_are_nearer_than_blurred_ones_and_these_nearer_than_noise()
    {
        IDataView all = ml.Images.LoadFolder(SharedData.Path("avatars")), real = Part(all, 5500, 5600), other = Part(all, 5600, 5700);
        IDataView blurred = ml.Data.LoadFromEnumerable(other.GetColumn<MLImage>("Image").Select(image => new Row { Image = Blurred(Picture.FromImage(image)).ToImage() }).ToArray());
        using FeatureExtractor extractor = FeatureExtractor.ResNet18(ml, imageSize: 64);
        GenerativeMetrics near = ml.Generative.Evaluate(real, other, "Image", extractor), blur = ml.Generative.Evaluate(real, blurred, "Image", extractor);
        GenerativeMetrics noise = ml.Generative.Evaluate(real, Noise(100, 64), "Image", extractor);
        Assert.InRange(near.KernelDistance, -3 * near.KernelDistanceStandardError, 3 * near.KernelDistanceStandardError);
        AssertFarther(blur, near);
        AssertFarther(noise, blur);
        Assert.InRange(near.Precision, 0.6, 1);
        Assert.Equal((0, 0, 0), (noise.Precision, noise.Recall, noise.Coverage));
    }

    [DataFact("cifar10")]
    public void Held_out_cats_are_nearer_than_dogs_and_these_nearer_than_ships()
    {
        using FeatureExtractor extractor = FeatureExtractor.ResNet18(ml, imageSize: 32);
        IDataView real = Class("train", "cat");
        GenerativeMetrics cats = ml.Generative.Evaluate(real, Class("test", "cat"), "Image", extractor, maximumRowCount: 150);
        GenerativeMetrics dogs = ml.Generative.Evaluate(real, Class("test", "dog"), "Image", extractor, maximumRowCount: 150);
        GenerativeMetrics ships = ml.Generative.Evaluate(real, Class("test", "ship"), "Image", extractor, maximumRowCount: 150);
        AssertFarther(dogs, cats);
        AssertFarther(ships, dogs);

        IDataView Class(string part, string name) => ml.Images.LoadFolder(Path.Combine(SharedData.Path("cifar10"), part, name));
    }

    private static void AssertFarther(GenerativeMetrics far, GenerativeMetrics near)
    {
        Assert.Equal((far.RealCount, far.GeneratedCount), (near.RealCount, near.GeneratedCount));
        double error = Math.Sqrt(Math.Pow(far.KernelDistanceStandardError, 2) + Math.Pow(near.KernelDistanceStandardError, 2));
        Assert.InRange(far.KernelDistance, near.KernelDistance + 3 * error, double.MaxValue);
        Assert.InRange(far.FrechetDistance, near.FrechetDistance, double.MaxValue);
    }

    private IDataView Part(IDataView rows, int from, int to) => ml.Data.TakeRows(ml.Data.SkipRows(rows, from), to - from);

    private static Picture Blurred(Picture picture) => PictureResize.To(PictureResize.To(picture, picture.Width / 2, picture.Height / 2), picture.Width, picture.Height);

    private sealed class Row
    {
        public MLImage? Image { get; set; }
    }

    private sealed class LabelledRow
    {
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}
