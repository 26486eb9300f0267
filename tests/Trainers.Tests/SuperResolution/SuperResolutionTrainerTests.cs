using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.SuperResolution;
using MLNetGen.Tests.Style;
using TorchSharp;
using static TorchSharp.torch;

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
        Width = 4,
    };

    [Fact]
    public void Sharp_edges_are_restored_better_than_by_bicubic_interpolation()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Width = 16;
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
    }

    [Fact]
    public void Pictures_of_any_size_are_enlarged_the_same_in_every_way()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        options.Architecture = SuperResolutionArchitecture.Paper;
        options.WorkspacePath = folder.File("run");
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(8, seed: 1));
        // Columns of a user's own that the network's might have been called.
        IndexedRows rows = new(3, IndexedColumn.Single("small", row => row), IndexedColumn.Single("large", row => -row), IndexedColumn.Image("Image", new ImageDataViewType(), row => SuperResolutionFixture.Sample(1 + 4 * row, 1 + 6 * row, 2).ToImage()));

        IReadOnlyList<Picture> large = ImageColumn.Read(model.Transform(rows), "Upscaled");
        Assert.Equal([(2, 2), (10, 14), (18, 26)], large.Select(picture => (picture.Width, picture.Height)));

        // From the file.
        model.SaveOnnx(folder.File("onnx"));
        using SuperResolutionTransformer loaded = SuperResolutionTransformer.Load(ml, folder.File("onnx"));
        Assert.Equal(2, loaded.Factor);
        Assert.All(large.Zip(ImageColumn.Read(loaded.Transform(rows), "Upscaled")), pair => Assert.Equal(pair.First.Pixels, pair.Second.Pixels));

        InvalidDataException wrongFile = Assert.Throws<InvalidDataException>(() => SuperResolutionTransformer.Load(ml, folder.File("onnx/upscaler.onnx")));
        Assert.Contains("upscaler-uint8.onnx", wrongFile.Message, StringComparison.Ordinal);

        // As a chain of ML.NET's own, of one size, saved and loaded.
        IDataView second = ml.Data.TakeRows(ml.Data.SkipRows(rows, 1), 1);
        ml.Model.Save(model.ToFixedSize(5, 7), rows.Schema, folder.File("model.zip"));
        ITransformer chain = new MLContext().Model.Load(folder.File("model.zip"), out _);
        IDataView enlarged = chain.Transform(second);
        Assert.Equal(large[1].Pixels, ImageColumn.Read(enlarged, "Upscaled")[0].Pixels);
        Assert.Equal((1f, -1f), (enlarged.GetColumn<float>("small").Single(), enlarged.GetColumn<float>("large").Single()));
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
        options.ValidationSet = rows;
        options.PatchesPerPicture = 3;
        options.WorkspacePath = folder.File("run");

        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(rows);
        SuperResolutionMetrics judged = model.Evaluate(rows);
        model.SaveReport(folder.File("run"), judged);

        Assert.Equal((3, 2), (judged.Network.Count, judged.LeftOut));
        Assert.Contains(warnings, warning => warning.Contains("2 training pictures", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("2 held-out pictures", StringComparison.Ordinal));
        using (SuperResolutionTransformer last = ml.Generative.SuperResolution(options).FitFromCheckpoint())
            Assert.Equal(model.History!.Warnings, last.History!.Warnings);
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("run/metrics.json")));
        Assert.Equal(2, metrics.RootElement.GetProperty("test").GetProperty("leftOut").GetInt32());
        Assert.Equal(9, metrics.RootElement.GetProperty("settings").GetProperty("trainingRows").GetInt32());
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => ml.Generative.SuperResolution(options).Fit(ml.Data.TakeRows(rows, 2)));
        Assert.Contains("training rows", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("PatchSize", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("16×16", Assert.Throws<ArgumentException>(() => model.Evaluate(ml.Data.TakeRows(rows, 2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_not_there_are_named()
    {
        IDataView none = Bars(0, seed: 1);
        SuperResolutionTrainer.Options options = Quick;
        Assert.Contains("training rows: there are no rows", Assert.Throws<ArgumentException>(() => ml.Generative.SuperResolution(options).Fit(none)).Message, StringComparison.Ordinal);
        options.PatchSize = 0;
        Assert.Contains("training rows: there are no rows", Assert.Throws<ArgumentException>(() => ml.Generative.SuperResolution(options).Fit(none)).Message, StringComparison.Ordinal);
        options.ValidationSet = none;
        Assert.Contains("ValidationSet: there are no rows", Assert.Throws<ArgumentException>(() => ml.Generative.SuperResolution(options).Fit(Bars(1, seed: 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patches_are_as_large_as_most_pictures_allow()
    {
        int Size(params int[] sides) => Patches.DefaultSize(
            new IndexedRows(sides.Length, IndexedColumn.Image("Image", new ImageDataViewType(), row => Bar(row, sides[row]).ToImage())), "Image", factor: 4, CancellationToken.None);

        Assert.Equal(48, Size(12, 51, 50, 20, 90));
        Assert.Equal(96, Size(300));
        // Forty small ones come first, as of a folder's first class: of 32 that are evenly spread, 13 are theirs.
        Assert.Equal(88, Size([.. Enumerable.Repeat(20, 40), .. Enumerable.Repeat(90, 60)]));
        // None of those that are evenly spread is large enough, a later one is.
        Assert.Equal(40, Size([.. Enumerable.Repeat(12, 99), 40]));
        Assert.Contains("16×16", Assert.Throws<InvalidDataException>(() => Size(12, 15)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_window_of_every_picture_is_kept_in_its_place()
    {
        // More than one chunk while reading: 64 MB of windows of 1,024.
        using var scope = NewDisposeScope();
        Picture Plain(int row)
        {
            byte[] pixels = new byte[3 * 1024 * 1024];
            Array.Fill(pixels, (byte)(row * 9));
            return new Picture(1024, 1024, 3, pixels);
        }
        IndexedRows rows = new(25, IndexedColumn.Image("Image", new ImageDataViewType(), row => Plain(row).ToImage()));

        Tensor windows = Patches.Of(rows, "rows", "Image", Patches.LargestSize, perPicture: 1, seed: 3, CancellationToken.None).Rows;

        Assert.Equal([25, 3, 1024, 1024], windows.shape);
        for (int row = 0; row < 25; row++)
            Assert.True(windows[row].eq(row * 9).all().item<bool>(), $"row {row}");
    }

    [Fact]
    public void The_first_step_of_perceptual_training_has_the_loss_of_bicubic_interpolation()
    {
        using var scope = NewDisposeScope();
        SuperResolutionTrainer.Options options = Quick;
        (options.Loss, options.LossNetworkPath, options.PatchSize, options.Epochs) = (SuperResolutionLoss.Perceptual, StyleFixture.File("vgg16.pth"), 32, 1);
        // So narrow a network knows nothing any more after its second ReLU.
        (options.LossLayer, options.WorkspacePath) = ("conv1_2", folder.File("run"));
        IndexedRows bars = new(8, IndexedColumn.Image("Image", new ImageDataViewType(), row => Bar(row, 32).ToImage()));

        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(bars);

        using SuperResolutionObjective objective = SuperResolutionObjective.For(options, device("cpu"));
        Tensor truth = cat([.. Enumerable.Range(0, 8).Select(row => Bar(row, 32).ToPlanes())], 0);
        double[] turned = [.. Enumerable.Range(0, Symmetry.Count).Select(which =>
        {
            Tensor sharp = Symmetry.Of(truth, which);
            Tensor large = nn.functional.interpolate(
                Downsampler.Downsample(sharp, 2), scale_factor: [2, 2], mode: InterpolationMode.Bicubic, align_corners: false);
            return objective.Of(large, sharp).ToDouble();
        })];
        Assert.Contains(turned, loss => Math.Abs(model.Epochs[0].Train.Loss / loss - 1) < 1e-4);
        model.SaveReport(folder.File("run"));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(folder.File("run/metrics.json")));
        Assert.Equal("conv1_2", metrics.RootElement.GetProperty("settings").GetProperty("lossLayer").GetString());
        Assert.Contains("vgg16.pth", metrics.RootElement.GetProperty("settings").GetProperty("lossNetwork").GetString(), StringComparison.Ordinal);
    }

    // The last layer starts at 0, so that only it moves in the first step, by the learning rate; in the second, squares are beyond single precision.
    [Fact]
    public void A_run_that_diverges_keeps_the_last_good_epoch()
    {
        SuperResolutionTrainer.Options options = Quick;
        (options.LearningRate, options.Schedule, options.Epochs, options.WorkspacePath) = (1e21, LearningRateSchedule.Constant, 3, folder.File("run"));

        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(8, seed: 1));

        Assert.Single(model.Epochs);
        Assert.Contains("epoch 1 is kept: lower LearningRate", model.Stopped, StringComparison.Ordinal);
        using SuperResolutionTransformer kept = ml.Generative.SuperResolution(options).FitFromCheckpoint();
        Assert.Equal(Saved(kept, "kept"), Saved(model, "model"));
    }

    [Fact]
    public void What_cannot_be_held_is_refused_before_it_is_computed()
    {
        SuperResolutionTrainer.Options options = Quick;
        (options.Factor, options.Epochs) = (8, 1);
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(2, seed: 1));

        ArgumentException tooLarge = Assert.Throws<ArgumentException>(() => model.Upscale(new Picture(3600, 2500, 1, new byte[3600 * 2500])));
        Assert.Contains("28800×20000", tooLarge.Message, StringComparison.Ordinal);

        using CancellationTokenSource stop = new();
        Picture wide = SuperResolutionFixture.Sample(300, 8, 1);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Upscale(wide, new Told(_ => stop.Cancel()), stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => model.Evaluate(Bars(2, seed: 1), cancellationToken: stop.Token));
    }

    [Fact]
    public void Of_a_large_picture_its_centre_is_judged()
    {
        SuperResolutionTrainer.Options options = Quick;
        options.Epochs = 1;
        using SuperResolutionTransformer model = ml.Generative.SuperResolution(options).Fit(Bars(8, seed: 1));
        Picture whole = SuperResolutionFixture.Sample(41, 33, 1);
        Picture centre = new(20, 20, 3, [.. Enumerable.Range(6, 20).SelectMany(y => whole.Pixels[((y * 41 + 10) * 3)..((y * 41 + 30) * 3)])]);
        IndexedRows Row(Picture picture) => new(1, IndexedColumn.Image("Image", new ImageDataViewType(), _ => picture.ToImage()));

        Assert.Equal(model.Evaluate(Row(centre)), model.Evaluate(Row(whole), largestSide: 21));
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
            (o => o.PatchSize = 1040, "PatchSize"),
            (o => o.Loss = (SuperResolutionLoss)7, "Loss"),
            (o => o.Architecture = (SuperResolutionArchitecture)7, "Architecture"),
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

    private sealed class Told(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
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
