using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <param name="trained">A network trained for two steps: what it paints is a matter of taste, how it does is not.</param>
public sealed class StyleTransferTrainerTests(StyleTransferTrainerTests.Trained trained) : IClassFixture<StyleTransferTrainerTests.Trained>, IDisposable
{
    private const int Rows = 8, Side = 72;

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-style-").FullName;
    private readonly MLContext ml = new(seed: 1);
    private readonly StyleTransferTransformer wave = trained.Wave;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            using StyleTransferTrainerTests tests = new(this);
            Wave = tests.Fit(tests.Options());
        }

        public StyleTransferTransformer Wave { get; } = null!;

        public void Dispose() => Wave.Dispose();
    }

    [Fact]
    public void A_trained_network_paints_pictures_of_any_size_at_their_own()
    {
        IDataView painted = wave.Transform(ml.Data.LoadFromEnumerable([new Row { Image = Photograph(45, 61).ToImage() }, new Row { Image = Photograph(32, 130).ToImage() }]));
        Assert.Equal([(45, 61), (32, 130)], painted.GetColumn<MLImage>("Stylized").Select(image => (image.Width, image.Height)));
        Assert.NotEmpty(wave.Rounds);
        Assert.InRange(wave.OnnxParity, 0, 0.5);
    }

    [Fact]
    public void A_stopped_run_goes_on_as_if_it_had_not_been_stopped()
    {
        StyleTransferTrainer.Options whole = Options();
        whole.Steps = 6;
        whole.SnapshotInterval = 2;
        whole.TemporalWeight = 1e-4;
        using StyleTransferTransformer uninterrupted = Fit(whole);
        uninterrupted.SaveOnnx(Path.Combine(folder, "whole"));

        StyleTransferTrainer.Options parts = Options();
        parts.Steps = 6;
        parts.SnapshotInterval = 2;
        parts.TemporalWeight = 1e-4;
        parts.WorkspacePath = Path.Combine(folder, "run");
        using CancellationTokenSource stop = new();
        parts.CancellationToken = stop.Token;
        parts.MetricsCallback = round => { if (round.Step == 4) stop.Cancel(); };
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(parts));
        parts.CancellationToken = default;
        parts.Resume = true;
        using StyleTransferTransformer resumed = Fit(parts);
        resumed.SaveOnnx(Path.Combine(folder, "parts"));

        Assert.Equal(uninterrupted.Rounds.Select(round => round.Train), resumed.Rounds.Select(round => round.Train));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "whole", "style.onnx")), File.ReadAllBytes(Path.Combine(folder, "parts", "style.onnx")));

        // More steps go on from there; another seed, painting or loss is another run.
        parts.Steps = 8;
        using (StyleTransferTransformer longer = Fit(parts))
            Assert.Equal((8, resumed.Rounds[^1].Train), (longer.Rounds[^1].Step, longer.Rounds[^2].Train));
        parts.Seed = 2;
        Assert.Contains("Seed", Assert.Throws<InvalidOperationException>(() => Fit(parts)).Message, StringComparison.Ordinal);
        parts.Seed = 1;
        parts.StylePictures = [Painting("other", 10, 200, 10)];
        Assert.Throws<InvalidOperationException>(() => ml.Generative.StyleTransfer(parts).FitFromCheckpoint(Photographs()));
    }

    [Fact]
    public void The_loss_falls()
    {
        StyleTransferTrainer.Options options = Options();
        options.Steps = 30;
        options.SnapshotInterval = 10;
        options.LearningRate = 3e-3;
        using StyleTransferTransformer trained = Fit(options);
        Assert.True(trained.Rounds[^1].Train.Total < trained.Rounds[0].Train.Total / 2, string.Join(Environment.NewLine, trained.Rounds));
    }

    [Fact]
    public void A_network_of_two_styles_paints_each_and_what_is_between_them()
    {
        StyleTransferTrainer.Options options = Options();
        options.StylePictures = [Painting("red", 200, 30, 30), Painting("blue", 30, 30, 200)];
        options.Steps = 24;
        options.SnapshotInterval = 6;
        options.LearningRate = 1e-2;
        using StyleTransferTransformer both = Fit(options);
        Assert.Equal(["red", "blue"], both.Model.Styles);
        Picture photograph = Photograph(64, 64);
        double[] Warmth(params double[] weights)
        {
            Picture painted = both.Model.Stylize(photograph, new StylizeOptions { StyleWeights = weights });
            return [painted.Pixels.Where((_, i) => i % 3 == 0).Average(value => value) - painted.Pixels.Where((_, i) => i % 3 == 2).Average(value => value)];
        }
        string path = Path.Combine(folder, "both.zip");
        StylizeOptions mixed = new() { StyleWeights = [1, 3] };
        IDataView rows = ml.Data.LoadFromEnumerable([new Row { Image = photograph.ToImage() }]);
        ml.Model.Save(both.ToFixedSize(64, 64, mixed), rows.Schema, path);
        Picture byChain = Assert.Single(ImageColumn.Read(ml.Model.Load(path, out _).Transform(ml.Data.LoadFromEnumerable([new Row { Image = photograph.ToImage() }])), "Stylized"));
        Assert.All(byChain.Pixels.Zip(both.Model.Stylize(photograph, mixed).Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        // What the colours that it begins with do not do: each style's own loss falls.
        Assert.True(both.Rounds[^1].Test.Style < both.Rounds[0].Test.Style / 2, string.Join(Environment.NewLine, both.Rounds));
        Assert.True(Warmth(1, 0)[0] > Warmth(0.5, 0.5)[0] && Warmth(0.5, 0.5)[0] > Warmth(0, 1)[0]);
    }

    [Fact]
    public void The_chain_of_one_size_loads_without_us_and_paints_the_same()
    {
        IDataView rows = ml.Data.LoadFromEnumerable([new Row { Image = Photograph(64, 48).ToImage() }]);
        string path = Path.Combine(folder, "wave.zip");
        ml.Model.Save(wave.ToFixedSize(64, 48, new StylizeOptions { Strength = 0.5 }), rows.Schema, path);
        ITransformer loaded = new MLContext().Model.Load(path, out _);
        Picture byChain = Assert.Single(ImageColumn.Read(loaded.Transform(ml.Data.LoadFromEnumerable([new Row { Image = Photograph(64, 48).ToImage() }])), "Stylized"));
        Picture byModel = wave.Model.Stylize(Photograph(64, 48), new StylizeOptions { Strength = 0.5 });
        Assert.All(byChain.Pixels.Zip(byModel.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.Contains("ToFixedSize", Assert.Throws<NotSupportedException>(() => ml.Model.Save(wave, rows.Schema, path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_and_floats_give_the_same_picture()
    {
        using var scope = NewDisposeScope();
        wave.SaveOnnx(folder, bytes: true);
        Picture photograph = Photograph(50, 41);
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(Path.Combine(folder, "style-uint8.onnx"));
        using var results = session.Run(
        [
            Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor("picture", new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<byte>(photograph.Pixels, [1, 41, 50, 3])),
            Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor("strength", new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(new[] { 1f }, [1])),
        ]);
        byte[] bytes = [.. results[0].AsEnumerable<byte>()];
        Assert.All(bytes.Zip(wave.Model.Stylize(photograph).Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Fact]
    public void Tiles_show_no_seam()
    {
        Picture photograph = Photograph(301, 223);
        Picture whole = wave.Model.Stylize(photograph);
        Picture tiled = wave.Model.Stylize(photograph, new StylizeOptions { LargestWholePicture = 0, TileSize = 96 });
        Assert.All(whole.Pixels.Zip(tiled.Pixels), pair => Assert.InRange(pair.First - pair.Second, -2, 2));
    }

    [Fact]
    public void Colours_are_kept_and_masks_leave_the_rest_alone()
    {
        Picture photograph = Photograph(64, 64), mask = new(2, 1, 1, [0, 255]);
        Picture half = wave.Model.Stylize(photograph, new StylizeOptions { Mask = mask });
        Picture all = wave.Model.Stylize(photograph);
        for (int y = 0; y < 64; y++)
        {
            Assert.Equal(photograph.Pixels[(y * 64 * 3)..(y * 64 * 3 + 9)], half.Pixels[(y * 64 * 3)..(y * 64 * 3 + 9)]);
            Assert.Equal(all.Pixels[(y * 64 * 3 + 183)..(y * 64 * 3 + 192)], half.Pixels[(y * 64 * 3 + 183)..(y * 64 * 3 + 192)]);
        }
        Picture kept = wave.Model.Stylize(photograph, new StylizeOptions { KeptColors = KeptColors.Luminance });
        Assert.Equal(LuminanceTransfer.Apply(all, photograph).Pixels, kept.Pixels);
        Picture histogram = wave.Model.Stylize(photograph, new StylizeOptions { KeptColors = KeptColors.Histogram });
        Assert.Equal(ColorMatching.MatchHistograms(all, photograph).Pixels, histogram.Pixels);
        Picture matched = wave.Model.Stylize(photograph, new StylizeOptions { KeptColors = KeptColors.Matched });
        Assert.Equal(ColorMatching.MatchMeanAndCovariance(all, photograph).Pixels, matched.Pixels);
        Assert.Equal(photograph.Pixels, wave.Model.Stylize(photograph, new StylizeOptions { Strength = 0 }).Pixels);
    }

    [Fact]
    public void A_run_leaves_its_report_and_a_picture_of_every_snapshot()
    {
        StyleTransferTrainer.Options options = Options();
        options.WorkspacePath = folder;
        options.Steps = 4;
        options.SnapshotInterval = 2;
        options.TestPictures = [Saved("harbour", Photograph(90, 60))];
        using StyleTransferTransformer harbour = Fit(options);
        harbour.SaveReport(folder);
        Assert.True(File.Exists(Path.Combine(folder, "samples", "harbour-step-000002.png")) && File.Exists(Path.Combine(folder, "samples", "harbour-step-000004.png")));
        Assert.True(File.Exists(Path.Combine(folder, "harbour.gif")));
        using var metrics = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")));
        Assert.Equal("style", metrics.RootElement.GetProperty("family").GetString());
        Assert.Equal(harbour.RatioToColorMatched!.Value, metrics.RootElement.GetProperty("ratioToColourMatched").GetDouble(), 6);
        Assert.Contains("harbour", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
        using StyleTransferTransformer again = ml.Generative.StyleTransfer(options).FitFromCheckpoint(Photographs());
        Assert.Equal(harbour.Model.Stylize(Photograph(40, 40)).Pixels, again.Model.Stylize(Photograph(40, 40)).Pixels);
    }

    [Fact]
    public void What_is_too_small_or_missing_is_named_with_its_remedy()
    {
        StyleTransferTrainer.Options small = Options();
        small.StylePictures = [Saved("stamp", Photograph(12, 12))];
        Assert.Contains("stamp.png' is 12×12", Assert.Throws<ArgumentException>(() => Fit(small)).Message, StringComparison.Ordinal);

        StyleTransferTrainer.Options narrow = Options();
        narrow.TestPictures = [Saved("narrow", Photograph(20, 60))];
        Assert.Contains("is 20×60; a style network needs at least 32×32", Assert.Throws<ArgumentException>(() => Fit(narrow)).Message, StringComparison.Ordinal);

        StyleTransferTrainer.Options layer = Options();
        layer.ContentLayer = "relu9_9";
        Assert.Contains("relu9_9", Assert.Throws<ArgumentException>(() => Fit(layer)).Message, StringComparison.Ordinal);

        StyleTransferTrainer.Options missing = Options();
        missing.StylePictures = [Path.Combine(folder, "nowhere.png")];
        Assert.Contains("nowhere.png", Assert.Throws<InvalidDataException>(() => Fit(missing)).Message, StringComparison.Ordinal);

        Assert.Contains("31×64", Assert.Throws<ArgumentException>(() => wave.Model.Stylize(Photograph(31, 64))).Message, StringComparison.Ordinal);
        string notStyle = Path.Combine(folder, "other.onnx");
        using (NewDisposeScope())
            MLNetGen.Export.OnnxExporter.Export(nn.ReLU(), zeros(1, 3), notStyle);
        Assert.Contains("is not a style network", Assert.Throws<InvalidDataException>(() => StyleModel.Open(notStyle)).Message, StringComparison.Ordinal);
        // Of such a key ONNX Runtime finds no text.
        OnnxMetadata.Append(notStyle, new Dictionary<string, string> { ["na\0mes"] = "wave" });
        Assert.Throws<InvalidDataException>(() => StyleModel.Open(notStyle));
    }

    [Fact]
    public void Grey_paintings_and_grey_photographs_are_taken()
    {
        StyleTransferTrainer.Options options = Options();
        options.StylePictures = [Saved("grey", new Picture(80, 80, 1, [.. Enumerable.Range(0, 6400).Select(i => (byte)(i * 7 % 256))]))];
        using StyleTransferTransformer grey = Fit(options);
        Picture painted = grey.Model.Stylize(new Picture(40, 40, 1, new byte[1600]));
        Assert.Equal((40, 40, 3), (painted.Width, painted.Height, painted.Channels));
    }

    private StyleTransferTransformer Fit(StyleTransferTrainer.Options options) => ml.Generative.StyleTransfer(options).Fit(Photographs());

    private StyleTransferTrainer.Options Options() => new()
    {
        StylePictures = [Painting("stripes", 120, 90, 60)],
        Network = StyleNetwork.Small,
        LossNetwork = LossNetworkNames.Random,
        ImageSize = 64,
        BatchSize = 2,
        Steps = 2,
        Seed = 1,
        Device = "cpu",
    };

    private IDataView Photographs() => ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Row { Image = Photograph(Side, Side + i, i).ToImage() }));

    private string Painting(string name, byte red, byte green, byte blue)
    {
        byte[] pixels = new byte[96 * 96 * 3];
        for (int i = 0; i < 96 * 96; i++)
        {
            int stripe = (i % 96 + i / 96) / 6 % 2 * 60;
            (pixels[i * 3], pixels[i * 3 + 1], pixels[i * 3 + 2]) = ((byte)(red / 2 + stripe), (byte)(green / 2 + stripe), (byte)(blue / 2 + stripe));
        }
        return Saved(name, new Picture(96, 96, 3, pixels));
    }

    private string Saved(string name, Picture picture)
    {
        string path = Path.Combine(folder, $"{name}.png");
        picture.Save(path);
        return path;
    }

    // A disc on a slope of colours.
    private static Picture Photograph(int width, int height, int seed = 3)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = (y * width + x) * 3;
                bool inside = Math.Pow(x - width / 2.0 - seed, 2) + Math.Pow(y - height / 2.0 + seed, 2) < Math.Pow(Math.Min(width, height) / 3.0, 2);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = inside ? ((byte)230, (byte)(200 - seed * 5), (byte)40) : ((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)120);
            }
        }
        return new Picture(width, height, 3, pixels);
    }

    private sealed class Row
    {
        [Microsoft.ML.Transforms.Image.ImageType(Side, Side)]
        public required MLImage Image { get; init; }

        public string Path { get; init; } = "";
    }
}
