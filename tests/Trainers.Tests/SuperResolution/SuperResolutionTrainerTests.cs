using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.SuperResolution;

public sealed class SuperResolutionTrainerTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SuperResolutionTrainer.Options Quick => new()
    {
        Factor = 2,
        PatchSize = 16,
        Epochs = 2,
        BatchSize = 8,
        Seed = 5,
        NumberOfThreads = 1,
    };

    [Fact]
    public void Sharp_edges_are_restored_better_than_by_bicubic_interpolation()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 8;
        options.BatchSize = 4;
        options.LearningRate = 2e-3;
        options.ValidationSet = Bars(12, seed: 2);
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(60, seed: 1));

        SuperResolutionMetrics metrics = model.Evaluate(Bars(12, seed: 2));

        Assert.True(metrics.Network.PeakSignalToNoise > metrics.Bicubic.PeakSignalToNoise + 0.5, metrics.Quality.ToString());
        Assert.True(metrics.Network.StructuralSimilarity > metrics.Bicubic.StructuralSimilarity, metrics.Quality.ToString());
        // The validation patches are the whole pictures, so training said the same, but for the rounding of two engines.
        Assert.Equal(metrics.Bicubic.PeakSignalToNoise, model.Epochs[^1].Test!.BicubicPeakSignalToNoise, 9);
        Assert.Equal(metrics.Network.PeakSignalToNoise, model.Epochs[^1].Test!.PeakSignalToNoise, 0.05);
    }

    [Fact]
    public void A_run_killed_and_resumed_ends_with_the_same_weights_as_one_that_was_not()
    {
        IDataView bars = Bars(20, seed: 1), held = Bars(4, seed: 2);
        SuperResolutionTrainer.Options whole = Quick;
        whole.Epochs = 3;
        whole.ValidationSet = held;
        using SuperResolutionTransformer straight = ml.Generative.SuperResolution(whole).Fit(bars);

        using CancellationTokenSource kill = new();
        SuperResolutionTrainer.Options killed = Quick;
        killed.Epochs = 3;
        killed.ValidationSet = held;
        killed.WorkspacePath = folder.File("run");
        killed.CancellationToken = kill.Token;
        killed.ProgressCallback = p => { if (p is { Epoch: 2, Batch: 2 }) kill.Cancel(); };
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Generative.SuperResolution(killed).Fit(bars));

        killed.CancellationToken = default;
        killed.ProgressCallback = null;
        killed.Resume = true;
        using SuperResolutionTransformer resumed = ml.Generative.SuperResolution(killed).Fit(bars);

        Assert.Equal(straight.Epochs.Select(e => (e.Train, e.Test)), resumed.Epochs.Select(e => (e.Train, e.Test)));
        Assert.Equal(Saved(straight, "a"), Saved(resumed, "b"));
        using SuperResolutionTransformer last = ml.Generative.SuperResolution(killed).FitFromCheckpoint();
        Assert.Equal(Saved(straight, "a"), Saved(last, "c"));

        killed.Factor = 4;
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => ml.Generative.SuperResolution(killed).Fit(bars));
        Assert.Contains("Factor is 2 there and 4 here", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_any_size_are_enlarged_the_same_in_every_way()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        options.Architecture = SuperResolutionArchitecture.Paper;
        options.WorkspacePath = folder.File("run");
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(8, seed: 1));
        IndexedRows rows = new(3, IndexedColumn.Single("Index", row => row), IndexedColumn.Image("Image", new ImageDataViewType(), row => SuperResolutionFixture.Sample(1 + 4 * row, 1 + 6 * row, 2).ToImage()));

        IReadOnlyList<Picture> large = ImageColumn.Read(model.Transform(rows), "Upscaled");
        Assert.Equal([(2, 2), (10, 14), (18, 26)], large.Select(picture => (picture.Width, picture.Height)));

        // From the file.
        model.SaveOnnx(folder.File("onnx"));
        using SuperResolutionTransformer loaded = SuperResolutionTransformer.Load(ml, folder.File("onnx"));
        Assert.Equal(2, loaded.Factor);
        Assert.All(large.Zip(ImageColumn.Read(loaded.Transform(rows), "Upscaled")), pair => Assert.Equal(pair.First.Pixels, pair.Second.Pixels));

        // As a chain of ML.NET's own, of one size, saved and loaded.
        IDataView second = ml.Data.TakeRows(ml.Data.SkipRows(rows, 1), 1);
        ml.Model.Save(model.ToFixedSize(5, 7), rows.Schema, folder.File("model.zip"));
        ITransformer chain = new MLContext().Model.Load(folder.File("model.zip"), out _);
        Assert.Equal(large[1].Pixels, ImageColumn.Read(chain.Transform(second), "Upscaled")[0].Pixels);
        ChainParts.Dispose(chain);

        // The report.
        model.SaveReport(folder.File("run"), model.Evaluate(Bars(2, seed: 2)));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("run/metrics.json")));
        Assert.Equal("superResolution", metrics.RootElement.GetProperty("family").GetString());
        Assert.True(metrics.RootElement.GetProperty("test").GetProperty("bicubicPsnr").GetDouble() > 0);
        Assert.Contains("data:image/png", File.ReadAllText(folder.File("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_picture_has_no_seams_where_its_tiles_meet()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        options.Factor = 8;
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(8, seed: 1));
        Picture wide = SuperResolutionFixture.Sample(110, 8, 3);

        Picture tiled = model.Upscale(wide);

        // The left part alone is small enough to be run whole; far from its right edge the rest does not show.
        Picture left = model.Upscale(new Picture(90, 8, 3, [.. Enumerable.Range(0, 8).SelectMany(y => wide.Pixels[(y * 330)..(y * 330 + 270)])]));
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 70 * 8 * 3; x++)
                Assert.InRange(tiled.Pixels[y * 110 * 8 * 3 + x] - left.Pixels[y * 90 * 8 * 3 + x], -1, 1);
        }
    }

    [Fact]
    public void Small_pictures_are_left_out_and_counted()
    {
        List<string> warnings = [];
        ml.Log += (_, e) => { if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(e.Message); };
        IndexedRows rows = new(5, IndexedColumn.Image("Image", new ImageDataViewType(), row => Bar(row, row < 2 ? 15 : 18).ToImage()));
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        options.PatchesPerPicture = 3;
        options.WorkspacePath = folder.File("run");

        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(rows);
        model.SaveReport(folder.File("run"));

        Assert.Contains(warnings, warning => warning.Contains("2 pictures", StringComparison.Ordinal));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("run/metrics.json")));
        Assert.Equal(9, metrics.RootElement.GetProperty("settings").GetProperty("trainingRows").GetInt32());
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => ml.Generative.SuperResolution(options).Fit(ml.Data.TakeRows(rows, 2)));
        Assert.Contains("PatchSize", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_estimator_says_of_its_columns_is_what_the_transformer_adds()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        IDataView bars = Bars(8, seed: 1);
        SuperResolutionTrainer trainer = ml.Generative.SuperResolution(options);
        using SuperResolutionTransformer model = trainer.Fit(bars);

        SchemaShape.Column column = trainer.GetOutputSchema(SchemaShapes.Of(ml, bars.Schema)).Single(c => c.Name == "Upscaled");

        Assert.IsType<ImageDataViewType>(column.ItemType);
        Assert.IsType<ImageDataViewType>(model.GetOutputSchema(bars.Schema)["Upscaled"].Type);
        Assert.Throws<ArgumentException>(() => trainer.GetOutputSchema(new SchemaShape([])));
    }

    [Fact]
    public void Options_out_of_their_range_are_named()
    {
        foreach ((Action<SuperResolutionTrainer.Options> change, string name) in ((Action<SuperResolutionTrainer.Options>, string)[])
        [
            (o => o.Factor = 3, "Factor"),
            (o => o.Factor = 1, "Factor"),
            (o => o.PatchSize = 17, "PatchSize"),
            (o => o.PatchSize = 8, "PatchSize"),
            (o => o.PatchesPerPicture = 0, "PatchesPerPicture"),
            (o => o.LearningRate = 0, "LearningRate"),
            (o => o.LossLayer = "relu2_2", "LossLayer"),
            (o => o.OutputColumnName = "", "OutputColumnName"),
        ])
        {
            SuperResolutionTrainer.Options options = Quick;
            change(options);
            Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => ml.Generative.SuperResolution(options)).Message, StringComparison.Ordinal);
        }
    }

    private byte[] Saved(SuperResolutionTransformer model, string name)
    {
        model.SaveOnnx(folder.File(name));
        return File.ReadAllBytes(folder.File($"{name}/upscaler.onnx"));
    }

    // Hard edges, whose blur a network learns to undo within seconds.
    private static IndexedRows Bars(int count, int seed) => new(count, IndexedColumn.Image("Image", new ImageDataViewType(), row => Bar(seed * 1000 + row, 16).ToImage()));

    private static Picture Bar(int seed, int size)
    {
        Random random = new(seed);
        byte[] pixels = new byte[size * size * 3];
        Array.Fill(pixels, (byte)random.Next(256));
        for (int bar = 0; bar < 4; bar++)
        {
            (int left, int top, int width, int height, int channel, byte level) = (random.Next(size), random.Next(size), random.Next(3, 9), random.Next(3, 9), random.Next(4), (byte)random.Next(256));
            for (int y = top; y < Math.Min(size, top + height); y++)
                for (int x = left; x < Math.Min(size, left + width); x++)
                    for (int c = 0; c < 3; c++)
                        if (channel == 3 || channel == c)
                            pixels[(y * size + x) * 3 + c] = level;
        }
        return new Picture(size, size, 3, pixels);
    }
}
