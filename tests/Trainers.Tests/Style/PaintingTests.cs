using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>Small pictures, painted before the built-in loss network.</summary>
public sealed class PaintingTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mlnetgen-painting-{Guid.NewGuid():N}");

    private readonly MLContext context = new(seed: 1);

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(PaintingOptimizer.Lbfgs, PaintingStart.Content)]
    [InlineData(PaintingOptimizer.Adam, PaintingStart.Content)]
    [InlineData(PaintingOptimizer.Lbfgs, PaintingStart.Noise)]
    [InlineData(PaintingOptimizer.Adam, PaintingStart.Noise)]
    public void The_loss_of_what_is_painted_falls_far_below_that_of_where_it_started(PaintingOptimizer optimizer, PaintingStart start)
    {
        using MLImage photograph = Waves(48, 40, 0.2), painting = Checks(44, 52, 6);
        PaintingOptions options = Options(30);
        options.Optimizer = optimizer;
        options.Start = start;

        Painting result = context.Generative.Paint(photograph, painting, options);

        Assert.Equal((48, 40), (result.Picture.Width, result.Picture.Height));
        Assert.Equal(30, result.Iterations.Count);
        Assert.True(result.Terms.Total < 0.5 * result.Iterations[0].Total, $"{result.Iterations[0].Total} became {result.Terms.Total}");
        // Rounding to whole grey levels costs little.
        Assert.True(result.Terms.Total < 1.1 * result.Iterations.Min(terms => terms.Total), $"{result.Iterations.Min(terms => terms.Total)} became {result.Terms.Total}");
    }

    [Fact]
    public void From_noise_LBFGS_goes_on_where_the_underpainting_of_Adam_ends()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        PaintingOptions options = Options(60);
        options.Start = PaintingStart.Noise;
        options.WorkspacePath = folder;

        Painting both = context.Generative.Paint(photograph, painting, options);
        options.WorkspacePath = null;
        options.Optimizer = PaintingOptimizer.Adam;
        Painting adam = context.Generative.Paint(photograph, painting, options);

        // The same steps, and then others, which go further.
        Assert.Equal(adam.Iterations.Take(30), both.Iterations.Take(30));
        Assert.NotEqual(adam.Iterations.Skip(31), both.Iterations.Skip(31));
        Assert.True(both.Iterations.Skip(30).Min(terms => terms.Total) < 0.8 * both.Iterations.Take(31).Min(terms => terms.Total));
        Assert.Contains("the first 30 iterations were steps of Adam", File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.Contains("\"underpainting\": 30", File.ReadAllText(Path.Combine(folder, "metrics.json")));
    }

    [Fact]
    public void A_lower_rate_makes_the_underpainting_go_more_slowly_too()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        Painting Paint(double? rate) => context.Generative.Paint(photograph, painting, Options(16, o => (o.Start, o.LearningRate) = (PaintingStart.Noise, rate)));

        Painting usual = Paint(null), same = Paint(1), careful = Paint(0.1);

        Assert.Equal(usual.Iterations, same.Iterations);
        Assert.True(careful.Iterations[8].Total > 1.2 * usual.Iterations[8].Total, $"{careful.Iterations[8].Total} and {usual.Iterations[8].Total}");
    }

    // As small as a picture of many pixels makes gradients.
    [Fact]
    public void Adam_paints_however_small_the_loss_is()
    {
        using MLImage photograph = Waves(48, 40, 0.2), painting = Checks(48, 48, 6);
        const double Small = 1e-6;
        Painting usual = context.Generative.Paint(photograph, painting, Options(12, o => o.Optimizer = PaintingOptimizer.Adam));
        Painting small = context.Generative.Paint(photograph, painting, Options(12, o =>
        {
            o.Optimizer = PaintingOptimizer.Adam;
            (o.ContentWeight, o.StyleWeight, o.TotalVariationWeight) = (0.3 * Small, Small, 0.01 * Small);
        }));

        Assert.Equal(usual.Terms.Total, small.Terms.Total / Small, 0.1 * usual.Terms.Total);
    }

    [Fact]
    public void A_large_photograph_is_painted_at_512_pixels_unless_more_are_asked_for()
    {
        using MLImage large = Waves(640, 40, 0.2), small = Waves(48, 40, 0.2);
        (int, int) Size(MLImage photograph, int? size)
        {
            Picture painted = context.Generative.Paint(photograph, small, Options(1, o => o.Size = size)).Picture;
            return (painted.Width, painted.Height);
        }

        Assert.Equal((512, 32), Size(large, null));
        Assert.Equal((640, 40), Size(large, 640));
        Assert.Equal((48, 40), Size(small, null));
    }

    [Fact]
    public void What_was_painted_is_returned_when_files_cannot_be_written()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        Painting Lost(string inTheWay) => context.Generative.Paint(photograph, painting, Options(4, o =>
        {
            o.WorkspacePath = folder;
            o.SnapshotInterval = 3;
            o.ProgressCallback = progress =>
            {
                if (progress.Iteration != 1) return;
                Directory.Delete(inTheWay, recursive: true);
                File.WriteAllText(inTheWay, "");
            };
        }));

        Painting withoutSnapshots = Lost(Path.Combine(folder, "snapshots"));
        Assert.Equal(4, withoutSnapshots.Iterations.Count);
        Assert.Contains("iteration-00004.png", withoutSnapshots.FilesMissing);
        Assert.True(File.Exists(Path.Combine(folder, "painting.png")));
        Directory.Delete(folder, recursive: true);

        Painting withoutReport = Lost(folder);
        Assert.Contains("painting.png", withoutReport.FilesMissing);
        Assert.Equal(withoutSnapshots.Picture.Pixels, withoutReport.Picture.Pixels);

        // The file is still there.
        int iterations = 0;
        Assert.Throws<IOException>(() => context.Generative.Paint(photograph, painting, Options(4, o => (o.WorkspacePath, o.ProgressCallback) = (folder, _ => iterations++))));
        Assert.Equal(0, iterations);
        File.Delete(folder);
    }

    [Fact]
    public void Snapshots_of_an_earlier_painting_are_removed()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        Painting Paint(int iterations) => context.Generative.Paint(photograph, painting, Options(iterations, o => (o.WorkspacePath, o.SnapshotInterval) = (folder, 2)));
        Paint(4);
        string own = Path.Combine(folder, "snapshots", "mine.png");
        File.WriteAllText(own, "");

        Assert.Null(Paint(2).FilesMissing);

        Assert.Equal(["iteration-00000.png", "iteration-00002.png", "mine.png"], Directory.GetFiles(Path.Combine(folder, "snapshots")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Cancelled_while_another_run_goes_on_nothing_is_painted()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        using CancellationTokenSource source = new();
        source.Cancel();
        Exception? refused = null;
        context.Generative.Paint(photograph, painting, Options(1, o => o.ProgressCallback = _ =>
        {
            Thread other = new(() => refused = Record.Exception(() => context.Generative.Paint(photograph, painting, Options(1, second => second.CancellationToken = source.Token))));
            other.Start();
            other.Join();
        }));

        Assert.IsAssignableFrom<OperationCanceledException>(refused);
    }

    [Fact]
    public void What_is_judged_is_what_was_painted()
    {
        using MLImage photograph = Waves(48, 40, 0.2), painting = Checks(48, 48, 6);
        Painting result = context.Generative.Paint(photograph, painting, Options(8));
        using MLImage painted = result.Picture.ToImage();

        IReadOnlyList<StyleLossTerms> judged = context.Generative.JudgePaintings([painted, photograph], photograph, painting, Options(8));

        Assert.Equal(result.Terms.Total, judged[0].Total, 1e-6 * result.Terms.Total);
        Assert.Equal(0, judged[1].Content);
        Assert.Equal(result.Iterations[0].Total, judged[1].Total, 1e-4 * judged[1].Total);
    }

    [Fact]
    public void Content_alone_comes_back_from_noise_and_style_alone_needs_no_photograph()
    {
        using MLImage photograph = Waves(40, 40, 0.15), painting = Checks(40, 40, 5);
        PaintingOptions options = Options(60);
        options.Start = PaintingStart.Noise;
        options.ContentLayer = "scale1";
        options.TotalVariationWeight = 0;
        Painting content = context.Generative.Paint(photograph, style: null, options);

        Assert.True(content.Terms.Content < 0.1 * content.Iterations[0].Content);
        Assert.Equal(0, content.Weights.Style);

        options.ContentLayer = null;
        options.StyleLayers = new Dictionary<string, double> { ["scale1"] = 1 };
        options.Size = 36;
        Painting style = context.Generative.Paint(content: null, painting, options);

        Assert.Equal((36, 36), (style.Picture.Width, style.Picture.Height));
        Assert.True(style.Terms.Style < 0.1 * style.Iterations[0].Style);
        Assert.Equal(0, style.Weights.Content);
    }

    [Fact]
    public void Where_the_mask_is_black_the_photograph_stays_bit_for_bit()
    {
        using MLImage photograph = Waves(48, 40, 0.2), painting = Checks(48, 48, 6);
        // The left half.
        using MLImage mask = Make(48, 40, (x, _) => x < 24 ? 255 : 0);
        PaintingOptions options = Options(10);
        options.Mask = mask;
        Picture before = Picture.FromImage(photograph), after = context.Generative.Paint(photograph, painting, options).Picture;

        int[] changed = [.. Enumerable.Range(0, 48 * 40).Where(i => Enumerable.Range(0, 3).Any(c => before.Pixels[3 * i + c] != after.Pixels[3 * i + c]))];
        Assert.All(changed, i => Assert.True(i % 48 < 24));
        Assert.True(changed.Length > 24 * 40 / 2);
    }

    [Fact]
    public void Colours_stay_the_photographs_if_asked_for()
    {
        using MLImage photograph = Make(48, 40, (x, y) => x + y, (1, 0.5, 0.2)), painting = Make(48, 48, (x, y) => (x / 6 + y / 6) % 2 * 200, (0.1, 0.3, 1));
        PaintingOptions options = Options(10);
        options.KeptColors = KeptColors.Luminance;
        Picture kept = context.Generative.Paint(photograph, painting, options).Picture;
        options.KeptColors = KeptColors.Matched;
        Picture matched = context.Generative.Paint(photograph, painting, options).Picture;
        options.KeptColors = KeptColors.None;
        Picture taken = context.Generative.Paint(photograph, painting, options).Picture;

        options.KeptColors = KeptColors.Histogram;
        Picture histogram = context.Generative.Paint(photograph, painting, options).Picture;
        // Every channel has the photograph's histogram, and so its mean.
        Assert.Equal(Redness(Picture.FromImage(photograph)), Redness(histogram), tolerance: 0.5);
        Assert.True(Redness(kept) > 0 && Redness(matched) > 0.5 * Redness(Picture.FromImage(photograph)));
        Assert.True(Redness(taken) < Redness(matched));
    }

    [Fact]
    public void Cancelling_keeps_the_picture_so_far_and_files_tell_of_it()
    {
        using MLImage photograph = Waves(48, 40, 0.2), painting = Checks(48, 48, 6);
        using CancellationTokenSource source = new();
        PaintingOptions options = Options(100);
        options.WorkspacePath = folder;
        options.SnapshotInterval = 4;
        options.CancellationToken = source.Token;
        options.ProgressCallback = progress =>
        {
            if (progress.Iteration == 9) source.Cancel();
        };

        Painting result = context.Generative.Paint(photograph, painting, options);

        Assert.Equal(9, result.Iterations.Count);
        Assert.Contains("9 of 100", result.Stopped);
        Assert.True(result.Terms.Total < result.Iterations[0].Total);
        Assert.Equal(["iteration-00000.png", "iteration-00004.png", "iteration-00008.png"], Directory.GetFiles(Path.Combine(folder, "snapshots")).Select(Path.GetFileName).Order());
        Assert.All((string[])["painting.png", "painting.gif", "report.html", "metrics.json", "run.json"], name => Assert.True(File.Exists(Path.Combine(folder, name)), name));
        Assert.Contains("random filters, seed 1", File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.Contains("\"stopped\": \"stopped after iteration 9 of 100\"", File.ReadAllText(Path.Combine(folder, "metrics.json")));
    }

    [Fact]
    public void The_same_seed_gives_the_same_picture()
    {
        using MLImage photograph = Waves(40, 40, 0.2), painting = Checks(40, 40, 6);
        PaintingOptions options = Options(4);
        options.Start = PaintingStart.Noise;

        byte[] first = context.Generative.Paint(photograph, painting, options).Picture.Pixels, again = context.Generative.Paint(photograph, painting, options).Picture.Pixels;
        options.Seed = 2;

        Assert.Equal(first, again);
        Assert.NotEqual(first, context.Generative.Paint(photograph, painting, options).Picture.Pixels);
    }

    [Fact]
    public void What_cannot_be_painted_is_refused_with_what_and_why()
    {
        using MLImage photograph = Waves(48, 40, 0.2), small = Checks(20, 48, 6), narrow = Waves(400, 40, 0.2);
        PaintingOptions options = Options(1);

        Assert.Contains("style picture is 20×48", Refusal(() => context.Generative.Paint(photograph, small, options)));
        Assert.Contains("content picture is 20×48", Refusal(() => context.Generative.Paint(small, photograph, options)));
        Assert.Contains("neither a content picture nor a style picture", Refusal(() => context.Generative.Paint(null, null, options)));
        Assert.Contains("no layer 'conv9'", Refusal(() => context.Generative.Paint(photograph, photograph, Options(1, o => o.ContentLayer = "conv9"))));
        Assert.Contains("content picture is 100×10", Refusal(() => context.Generative.Paint(narrow, photograph, Options(1, o => o.Size = 100))));
        Assert.Contains("style picture is 16×13", Refusal(() => context.Generative.Paint(photograph, photograph, Options(1, o => o.StyleScale = 1 / 3.0))));
        Assert.Contains("Iterations is 0", Refusal(() => context.Generative.Paint(photograph, photograph, Options(0))));
        Assert.Contains("StyleLayers is empty", Refusal(() => context.Generative.Paint(photograph, photograph, Options(1, o => o.StyleLayers = new Dictionary<string, double>()))));
        Assert.Contains("has a weight", Refusal(() => context.Generative.Paint(photograph, photograph, Options(1, o => (o.ContentWeight, o.StyleWeight) = (0, 0)))));
        Assert.Contains("StyleLayers['scale1'] is 0", Refusal(() => context.Generative.Paint(photograph, photograph, Options(1, o => o.StyleLayers = new Dictionary<string, double> { ["scale1"] = 0 }))));
        Assert.Contains("KeptColors is Histogram", Refusal(() => context.Generative.Paint(null, photograph, Options(1, o => o.KeptColors = KeptColors.Histogram))));
        Assert.Contains("there is a mask", Refusal(() => context.Generative.Paint(null, photograph, Options(1, o => o.Mask = photograph))), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Calibrated_weights_make_the_photograph_in_the_paintings_colours_weigh_1()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = StyleFixture.Vgg("VGG-16", "torchvision");
        using MLImage a = Waves(48, 48, 0.2), b = Make(40, 40, (x, y) => (x / 6 + y / 6) % 2 * 180 + 20, (0.2, 0.5, 1));
        Tensor photograph = StylePictures.ToTensor(Picture.FromImage(a), CPU), painting = StylePictures.ToTensor(Picture.FromImage(b), CPU);
        PerceptualLossSettings settings = PerceptualLossSettings.For(network, [painting], photograph, null, null);
        using PerceptualLoss loss = new(network, [painting], settings);
        Tensor matched = StylePictures.ToTensor(ColorMatching.MatchMeanAndCovariance(Picture.FromImage(a), Picture.FromImage(b)), CPU);

        StyleLossTerms terms = loss.Terms(matched, photograph).ToNumbers();

        Assert.Equal(1, terms.Style, 1e-4);
        Assert.Equal(Calibration.TotalVariation, terms.TotalVariation, 1e-6);
        // Every layer has the same share.
        foreach (string layer in network.DefaultStyleLayers)
        {
            using PerceptualLoss one = new(network, [painting], settings with { StyleLayers = new Dictionary<string, double> { [layer] = settings.StyleLayers[layer] } });
            Assert.Equal(1.0 / network.DefaultStyleLayers.Count, one.Terms(matched, photograph).Style.ToDouble(), 1e-4);
        }
    }

    [Fact]
    public void Painting_begins_with_the_photograph_in_the_painting_s_colours()
    {
        using MLImage photograph = Checks(48, 40, 8), painting = Waves(64, 64, 0.2);
        Picture matched = ColorMatching.MatchMeanAndCovariance(Picture.FromImage(photograph), PictureResize.ToLongerSide(Picture.FromImage(painting), Math.Max(photograph.Width, photograph.Height)));

        // Steps of next to nothing.
        Painting result = context.Generative.Paint(photograph, painting, Options(1, o => (o.Start, o.Optimizer, o.LearningRate) = (new PaintingOptions().Start, PaintingOptimizer.Adam, 1e-6)));

        Assert.Equal(matched.Pixels, result.Picture.Pixels);
    }

    private static string Refusal(Action paint) => Assert.ThrowsAny<ArgumentException>(paint).Message;

    private static PaintingOptions Options(int iterations, Action<PaintingOptions>? more = null)
    {
        PaintingOptions options = new() { LossNetwork = LossNetworkNames.Random, Start = PaintingStart.Content, Iterations = iterations, Seed = 1, Device = "cpu" };
        more?.Invoke(options);
        return options;
    }

    private static double Redness(Picture picture) => Enumerable.Range(0, picture.Width * picture.Height).Average(i => (double)picture.Pixels[3 * i] - picture.Pixels[3 * i + 2]);

    private static MLImage Waves(int width, int height, double frequency) =>
        Make(width, height, (x, y) => 127 + 100 * Math.Sin(frequency * (x + 2 * y)), (1, 0.8, 0.5));

    private static MLImage Checks(int width, int height, int side) => Make(width, height, (x, y) => (x / side + y / side) % 2 * 200 + 20, (0.3, 0.6, 1));

    private static MLImage Make(int width, int height, Func<int, int, double> value, (double Red, double Green, double Blue)? tint = null)
    {
        (double red, double green, double blue) = tint ?? (1, 1, 1);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            double v = value(i % width, i / width);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)(v * red), (byte)(v * green), (byte)(v * blue));
        }
        return new Picture(width, height, 3, pixels).ToImage();
    }
}
