using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Evaluation;

public sealed class FeatureExtractorTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static float[][] Features(FeatureExtractor extractor, IDataView rows) => [.. extractor.Transform(rows).GetColumn<float[]>("Features")];

    private IDataView View(IEnumerable<(Picture Picture, string Label)> pictures) =>
        ml.Data.LoadFromEnumerable(pictures.Select(p => new Row { Image = p.Picture.ToImage(), Label = p.Label }));

    // Grey noise around a level: dark and light are two classes.
    private IDataView Shades(int count, int size = 16, int seed = 1, bool onlyLight = false) => View(Enumerable.Range(0, count).Where(i => !onlyLight || i % 2 == 1).Select(i =>
    {
        Random random = new(1000 * seed + i);
        int level = i % 2 == 0 ? 60 : 190;
        return (new Picture(size, size, 1, [.. Enumerable.Range(0, size * size).Select(_ => (byte)(level + random.Next(-50, 51)))]), i % 2 == 0 ? "dark" : "light");
    }));

    [Fact]
    public void Its_file_lies_in_the_contexts_temporary_folder_while_it_is_used()
    {
        string parent = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
        MLContext own = new(seed: 1) { TempFilePath = parent };
        using (FeatureExtractor.RandomProjections(own, own.Images.MoonPhases(20)))
            Assert.Equal(["features.onnx"], Directory.GetFiles(parent, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(parent));
        Directory.Delete(parent);
    }

    [Fact]
    public void Random_projections_have_mean_0_and_deviation_1_over_the_rows_they_were_made_of()
    {
        IDataView moons = ml.Images.MoonPhases(40, size: 16);
        using FeatureExtractor extractor = FeatureExtractor.RandomProjections(ml, moons);
        Assert.Equal(64, extractor.FeatureCount);
        Assert.Contains("random projections (seed 1, standardised on 40 pictures)", extractor.Description);
        float[][] features = Features(extractor, moons);
        Assert.Equal(40, features.Length);
        for (int slot = 0; slot < 64; slot++)
        {
            double mean = features.Average(row => row[slot]);
            Assert.InRange(mean, -0.01, 0.01);
            Assert.InRange(Math.Sqrt(features.Sum(row => (row[slot] - mean) * (row[slot] - mean)) / 39), 0.95, 1.01);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_features_and_another_gives_others()
    {
        IDataView moons = ml.Images.MoonPhases(12, size: 16);
        float[][] Of(int seed)
        {
            using FeatureExtractor extractor = FeatureExtractor.RandomProjections(ml, moons, seed: seed);
            return Features(extractor, moons);
        }
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }

    [Fact]
    public void A_saved_extractor_gives_the_same_features_and_figures_again()
    {
        IDataView shades = Shades(60);
        using FeatureExtractor made = FeatureExtractor.Classifier(ml, shades);
        string path = Path.Combine(folder, "extractor.onnx");
        made.Save(path);
        using FeatureExtractor loaded = FeatureExtractor.FromOnnx(ml, path);
        Assert.Equal((made.Description, made.Hash, made.FeatureCount, made.Accuracy), (loaded.Description, loaded.Hash, loaded.FeatureCount, loaded.Accuracy));
        Assert.Equal(["dark", "light"], loaded.Classes);
        Assert.Equal(Features(made, shades), Features(loaded, shades));
    }

    [Fact]
    public void A_classifier_tells_classes_apart_and_counts_those_that_a_generator_makes()
    {
        using FeatureExtractor extractor = FeatureExtractor.Classifier(ml, Shades(100));
        Assert.Equal(64, extractor.FeatureCount);
        Assert.Equal(1, extractor.Accuracy);
        Assert.StartsWith("classifier of 2 classes, 100.0 % right of 10 held-out pictures", extractor.Description, StringComparison.Ordinal);
        // A generator that has forgotten the dark ones.
        IDataView light = Shades(80, seed: 3, onlyLight: true);
        GenerativeMetrics metrics = ml.Generative.Evaluate(Shades(40, seed: 2), light, "Image", extractor);
        ClassCoverage classes = Assert.IsType<ClassCoverage>(metrics.Classes);
        Assert.Equal((2, 1, 1.0), (classes.ClassCount, classes.RecognizedCount, classes.LargestShare));
        Assert.Equal(0, classes.Shares["dark"]);
        Assert.InRange(classes.ConfidentShare, 0.9, 1);
        Assert.InRange(metrics.Recall, 0, 0.6);
        Assert.Equal(extractor.Description, metrics.Features);
    }

    [Fact]
    public void Pictures_made_larger_as_a_generator_was_trained_on_them_are_at_no_distance_at_its_size()
    {
        IDataView moons = ml.Images.MoonPhases(60, size: 14), enlarged = ml.Transforms.ResizeImages("Image", 16, 16).Fit(moons).Transform(moons);
        using FeatureExtractor own = FeatureExtractor.RandomProjections(ml, moons), larger = FeatureExtractor.RandomProjections(ml, moons, imageSize: 16);
        Assert.InRange(ml.Generative.Evaluate(moons, enlarged, "Image", larger).FrechetDistance, 0, 1e-6);
        Assert.InRange(ml.Generative.Evaluate(moons, enlarged, "Image", own).FrechetDistance, 0.1, double.MaxValue);
        // Where none is given it is made at the generated pictures' size.
        Assert.InRange(ml.Generative.Evaluate(moons, enlarged).FrechetDistance, 0, 1e-6);
    }

    [Fact]
    public void Without_ResNet18_and_without_labels_or_with_a_label_a_row_the_default_is_random_projections()
    {
        IDataView moons = ml.Images.MoonPhases(24, size: 16);
        IDataView unlabelled = ml.Transforms.DropColumns("Label").Fit(moons).Transform(moons);
        IDataView each = ml.Transforms.CopyColumns("Label", "Path").Fit(moons).Transform(moons);
        foreach (IDataView rows in (IDataView[])[unlabelled, each])
        {
            using FeatureExtractor extractor = FeatureExtractor.ChooseDefault(ml, rows, resNet18: null);
            Assert.Empty(extractor.Classes);
            Assert.StartsWith("random projections", extractor.Description, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Noise_is_farther_than_blur_and_blur_farther_than_other_real_pictures()
    {
        IDataView train = ml.Images.MoonPhases(200, size: 16, seed: 1), real = ml.Images.MoonPhases(100, size: 16, seed: 2);
        IDataView other = ml.Images.MoonPhases(100, size: 16, seed: 3);
        IDataView blurred = ml.Transforms.ResizeImages("Image", 4, 4).Fit(other).Transform(other);
        Random random = new(1);
        IDataView noise = View(Enumerable.Range(0, 100).Select(_ =>
        {
            byte[] pixels = new byte[16 * 16];
            random.NextBytes(pixels);
            return (new Picture(16, 16, 1, pixels), "");
        }));
        using FeatureExtractor extractor = FeatureExtractor.RandomProjections(ml, train);
        double Distance(IDataView pictures) => ml.Generative.Evaluate(real, pictures, "Image", extractor).FrechetDistance;
        (double near, double blur, double far) = (Distance(other), Distance(blurred), Distance(noise));
        Assert.InRange(blur, 2 * near, double.MaxValue);
        Assert.InRange(far, 5 * blur, double.MaxValue);
    }

    [Fact]
    public void Any_ONNX_model_gives_features_of_pixels_scaled_as_said()
    {
        string path = Path.Combine(folder, "flat.onnx");
        using (nn.Module<Tensor, Tensor> flatten = nn.Flatten())
            OnnxExporter.Export(flatten, zeros(1, 3, 2, 2), path, new OnnxExportOptions { InputNames = ["x"], OutputNames = ["y"] });
        IDataView one = View([(new Picture(2, 2, 3, [255, 0, 51, 255, 0, 51, 255, 0, 51, 255, 0, 51]), "")]);
        using FeatureExtractor unit = FeatureExtractor.FromOnnx(ml, path);
        Assert.Equal("flat.onnx, output 'y'", unit.Description);
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 0.2f, 0.2f, 0.2f, 0.2f], Features(unit, one)[0], (a, b) => Math.Abs(a - b) < 1e-6);
        using FeatureExtractor signed = FeatureExtractor.FromOnnx(ml, path, pixelScale: 1 / 127.5f, pixelOffset: 127.5f);
        Assert.Equal([1, 1, 1, 1, -1, -1, -1, -1, -0.6f, -0.6f, -0.6f, -0.6f], Features(signed, one)[0], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        string path = Path.Combine(folder, "line.onnx");
        using (nn.Module<Tensor, Tensor> line = nn.Linear(3, 2))
            OnnxExporter.Export(line, zeros(1, 3), path);
        Assert.Contains("a feature extractor takes float32 [N, channels, height, width]", Assert.Throws<ArgumentException>(() => FeatureExtractor.FromOnnx(ml, path)).Message);
        Assert.Contains("no output 'features'; it has 'output'", Assert.Throws<ArgumentException>(() => FeatureExtractor.FromOnnx(ml, path, outputName: "features")).Message);
        Assert.Contains("has 1 classes in 30 rows", Assert.Throws<ArgumentException>(
            () => FeatureExtractor.Classifier(ml, View(Enumerable.Repeat((new Picture(8, 8, 1, new byte[64]), "a"), 30)))).Message);
        Assert.Contains("column 'Label' is String; features are extracted from pictures", Assert.Throws<ArgumentException>(
            () => FeatureExtractor.RandomProjections(ml, Shades(20), "Label")).Message);
        Assert.Contains("imageSize is 4; it must be at least 8", Assert.Throws<ArgumentOutOfRangeException>(
            () => FeatureExtractor.RandomProjections(ml, Shades(20), imageSize: 4)).Message);
    }

    private sealed class Row
    {
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}
