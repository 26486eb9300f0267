using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Evaluation;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Tests.FineTuning;

public sealed class FineTuneTrainerTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private FineTuneTrainer.Options Quick(TinyBackbone.End end = TinyBackbone.End.Logits) => new()
    {
        BackbonePath = TinyBackbone.Write(folder.File("backbone.onnx"), end),
        L2Regularization = 1,
        Epochs = 2,
        BatchSize = 4,
        Seed = 5,
        Device = "cpu",
        NumberOfThreads = 1,
        ValidationFraction = 0,
    };

    private FineTuneTransformer Fit(FineTuneTrainer.Options options, IDataView? rows = null) => ml.MulticlassClassification.Trainers.FineTune(ml, options).Fit(rows ?? Patterns.View(ml, 24));

    private static float[][] Column(ITransformer model, IDataView rows, string name = "Score") => [.. model.Transform(rows).GetColumn<float[]>(name)];

    private static void AssertNear(float[][] expected, float[][] actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(row => row.Max(Math.Abs));
        foreach ((float[] one, float[] other) in expected.Zip(actual)) Assert.Equal(one, other, (a, b) => Math.Abs(a - b) <= tolerance * largest);
    }

    // At the optimum the biases' gradient is zero: of each class, the probabilities' sum over the training rows is the number of its rows.
    [Fact]
    public void A_frozen_heads_probabilities_sum_to_the_classes_rows_and_no_step_is_made()
    {
        FineTuneTrainer.Options options = Quick();
        options.Frozen = true;
        options.ProgressCallback = _ => Assert.Fail("a step was made");
        IDataView rows = ml.Data.LoadFromEnumerable(Patterns.Rows(24).Where((row, i) => i % 3 != 0 || i < 12));
        using FineTuneTransformer model = Fit(options, rows);
        float[][] scores = Column(model, rows);
        Assert.Equal(20, scores.Length);
        for (int c = 0; c < 3; c++)
            Assert.Equal(rows.GetColumn<string>("Label").Count(label => label == model.ClassNames[c]), scores.Sum(row => (double)row[c]), 2);
        Assert.Empty(model.Epochs);
        Assert.Equal(0, model.KeptEpoch);
        // And it tells the rows that it knows better than chance does.
        string[] told = [.. scores.Select(row => model.ClassNames[Array.IndexOf(row, row.Max())])];
        Assert.InRange(told.Zip(rows.GetColumn<string>("Label")).Count(pair => pair.First == pair.Second), 12, 20);
    }

    [Theory]
    [InlineData(nameof(TinyBackbone.End.Logits))]
    [InlineData(nameof(TinyBackbone.End.Probabilities))]
    [InlineData(nameof(TinyBackbone.End.Features))]
    [InlineData(nameof(TinyBackbone.End.Maps))]
    public void Features_are_ONNX_Runtimes_wherever_the_file_ends(string end)
    {
        FineTuneTrainer.Options options = Quick(Enum.Parse<TinyBackbone.End>(end));
        (options.Frozen, options.OutputFeatures) = (true, true);
        using FineTuneTransformer model = Fit(options);
        AssertNear(Expected(Patterns.View(ml, 6), (pixels, c) => (pixels - new BackbonePixels().Mean[c]) / new BackbonePixels().Deviation[c]), Column(model, Patterns.View(ml, 6), "Features"));
    }

    [Fact]
    public void Pixels_are_prepared_as_the_options_say()
    {
        FineTuneTrainer.Options options = Quick();
        (options.Frozen, options.OutputFeatures) = (true, true);
        options.Pixels = new() { Scale = 255, IsBlueFirst = true, Mean = [103.939f, 116.779f, 123.68f], Deviation = [50] };
        using FineTuneTransformer model = Fit(options);
        AssertNear(
            Expected(Patterns.View(ml, 6), (pixels, c) => (pixels * 255 - options.Pixels.Mean[c]) / 50, reversed: true), Column(model, Patterns.View(ml, 6), "Features"));
    }

    [Fact]
    public void Smaller_pictures_are_enlarged_bicubically_by_the_network()
    {
        FineTuneTrainer.Options options = Quick();
        (options.Frozen, options.OutputFeatures, options.ResizeSize) = (true, true, Patterns.Size / 2);
        using FineTuneTransformer model = Fit(options);
        IDataView half = ml.Transforms.ResizeImages("Image", Patterns.Size / 2, Patterns.Size / 2).Fit(Patterns.View(ml, 6)).Transform(Patterns.View(ml, 6));
        AssertNear(
            Expected(half, (pixels, c) => (pixels - new BackbonePixels().Mean[c]) / new BackbonePixels().Deviation[c]), Column(model, Patterns.View(ml, 6), "Features"));
    }

    // The tiny network's features by ONNX Runtime, of pixels that are prepared here.
    private float[][] Expected(IDataView rows, Func<Tensor, int, Tensor> prepare, bool reversed = false)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = stack([.. rows.GetColumn<MLImage>("Image").Select(image =>
        {
            Picture picture = Picture.FromImage(image);
            return tensor(Array.ConvertAll(picture.Pixels, value => value / 255f), [picture.Height, picture.Width, picture.Channels]).permute(2, 0, 1).expand(3, picture.Height, picture.Width);
        })]);
        if (pixels.shape[2] != TinyBackbone.Size)
            pixels = nn.functional.interpolate(pixels, [TinyBackbone.Size, TinyBackbone.Size], mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1);
        Tensor[] planes = [.. Enumerable.Range(0, 3).Select(c => prepare(pixels.narrow(1, reversed ? 2 - c : c, 1), c))];
        return TinyBackbone.Run(TinyBackbone.Write(folder.File("features.onnx"), TinyBackbone.End.Features), cat(planes, 1));
    }

    [Fact]
    public void All_layers_move_and_statistics_stay_and_of_a_frozen_backbone_all_stays()
    {
        FineTuneTrainer.Options options = Quick();
        options.LearningRate = 1e-3;
        using FineTuneTransformer tuned = Fit(options);
        options.Frozen = true;
        using FineTuneTransformer frozen = Fit(options);
        using OnnxModule before = OnnxModule.Load(options.BackbonePath!), after = Saved(tuned), still = Saved(frozen);
        long[][] weights = [[6, 3, 3, 3], [8, 6, 3, 3]];
        Assert.All(weights, shape =>
        {
            Tensor original = Parameter(before, shape);
            Assert.Equal(0, (Parameter(still, shape) - original).abs().max().item<float>());
            // Adam's steps are about as long as the rate, twelve of them.
            Assert.InRange((Parameter(after, shape) - original).abs().max().item<float>(), 1e-4f, 0.05f);
        });
        Assert.Equal(2, before.buffers().Count(buffer => buffer.shape is [6]));
        foreach (OnnxModule module in (OnnxModule[])[after, still])
        {
            foreach ((Tensor was, Tensor now) in Statistics(before).Zip(Statistics(module), (a, b) => (a, b))) Assert.True(was.equal(now).all().item<bool>());
        }

        static Tensor Parameter(OnnxModule module, long[] shape) => module.parameters().Single(parameter => parameter.shape.SequenceEqual(shape));

        static Tensor[] Statistics(OnnxModule module) => [.. module.buffers().Where(buffer => buffer.shape is [6])];
    }

    private OnnxModule Saved(FineTuneTransformer model)
    {
        string target = folder.File($"onnx-{Guid.NewGuid():N}");
        model.SaveOnnx(target);
        return OnnxModule.Load(Path.Combine(target, "classifier.onnx"));
    }

    [Fact]
    public void Epochs_that_are_worse_on_held_out_rows_leave_the_frozen_head()
    {
        FineTuneTrainer.Options options = Quick();
        (options.ValidationSet, options.LearningRate, options.Schedule) = (Patterns.View(ml, 12, seed: 2), 3, LearningRateSchedule.Constant);
        using FineTuneTransformer tuned = Fit(options);
        Assert.Equal(2, tuned.Epochs.Count);
        Assert.All(tuned.Epochs, epoch => Assert.True(epoch.Test!.Loss > epoch.Frozen!.Loss));
        Assert.Equal(0, tuned.KeptEpoch);
        options.Frozen = true;
        using FineTuneTransformer frozen = Fit(options);
        AssertNear(Column(frozen, Patterns.View(ml, 12)), Column(tuned, Patterns.View(ml, 12)));
    }

    [Fact]
    public void The_kept_epoch_is_the_one_of_the_figures_and_its_weights_are_the_models()
    {
        FineTuneTrainer.Options options = Quick();
        (options.ValidationSet, options.LearningRate, options.Epochs) = (Patterns.View(ml, 12, seed: 2), 3e-3, 6);
        using FineTuneTransformer model = Fit(options);
        double best = model.Epochs[0].Frozen!.Loss, right = model.Epochs[0].Frozen!.Top1;
        int kept = 0;
        foreach (FineTuneEpoch epoch in model.Epochs)
        {
            if (epoch.Test!.Loss < best && epoch.Test.Top1 >= right) (best, right, kept) = (epoch.Test.Loss, epoch.Test.Top1, epoch.Epoch);
            Assert.Equal(kept, epoch.KeptEpoch);
        }

        Assert.InRange(kept, 1, 6);
        double loss = Column(model, options.ValidationSet).Zip(options.ValidationSet.GetColumn<string>("Label"), (row, label) => -Math.Log(row[model.ClassNames.ToList().IndexOf(label)])).Average();
        Assert.Equal(best, loss, 4);
    }

    [Fact]
    public void It_is_saved_and_loaded_by_MLNET_alone()
    {
        IDataView rows = Patterns.View(ml, 24), keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        FineTuneTrainer.Options options = Quick();
        (options.TopK, options.OutputFeatures) = (2, true);
        using FineTuneTransformer model = Fit(options, keyed);
        ml.Model.Save(model, keyed.Schema, folder.File("model.zip"));
        MLContext plain = new(seed: 2);
        ITransformer loaded = plain.Model.Load(folder.File("model.zip"), out _);
        Assert.All(ChainParts.Flatten(loaded), part => Assert.StartsWith("Microsoft.ML", part.GetType().Assembly.GetName().Name, StringComparison.Ordinal));
        Assert.Equal(Column(model, keyed), Column(loaded, keyed));
        Assert.Equal(Column(model, keyed, "Features"), Column(loaded, keyed, "Features"));
        IDataView told = plain.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(loaded.Transform(keyed)).Transform(loaded.Transform(keyed));
        string[] best = [.. Column(loaded, keyed).Select(row => model.ClassNames[Array.IndexOf(row, row.Max())])];
        Assert.Equal(best, told.GetColumn<string>("PredictedLabel"));
        Assert.Equal(best, told.GetColumn<string[]>("TopLabels").Select(labels => labels[0]));
        Assert.Equal(best.Zip(rows.GetColumn<string>("Label")).Count(pair => pair.First == pair.Second) / 24.0, plain.MulticlassClassification.Evaluate(loaded.Transform(keyed)).MicroAccuracy, 6);

        FineTuneTransformer found = FineTuneTransformer.FromModel(plain, loaded);
        Assert.Equal(Patterns.Classes, found.ClassNames);
        Assert.Null(found.OnnxParity);
        Assert.Throws<ArgumentException>("model", () => AlexNetTransformer.FromModel(plain, loaded));
        SchemaShape shape = ml.MulticlassClassification.Trainers.FineTune(ml, options).GetOutputSchema(SchemaShapes.Of(ml, keyed.Schema));
        Assert.All((string[])["Score", "PredictedLabel", "TopLabels", "TopScores", "Features"], name => Assert.Contains(shape, column => column.Name == name));
    }

    [Fact]
    public void A_frozen_run_leaves_a_checkpoint_that_makes_the_model()
    {
        FineTuneTrainer.Options options = Quick();
        (options.Frozen, options.WorkspacePath) = (true, folder.File("run"));
        using FineTuneTransformer model = Fit(options);
        using FineTuneTransformer again = ml.MulticlassClassification.Trainers.FineTune(ml, options).FitFromCheckpoint(Patterns.View(ml, 24));
        options.Resume = true;
        using FineTuneTransformer resumed = Fit(options);
        Assert.Equal(Column(model, Patterns.View(ml, 6)), Column(again, Patterns.View(ml, 6)));
        Assert.Equal(Column(model, Patterns.View(ml, 6)), Column(resumed, Patterns.View(ml, 6)));
        model.SaveReport(folder.File("run"));
        Assert.Contains("frozen", File.ReadAllText(Path.Combine(folder.File("run"), "report.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.File("run"), "metrics.json")));
    }

    [Fact]
    public void The_packages_ResNet_18_is_recognised_and_prepared()
    {
        IDataView pictures = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row
        {
            Image = new Picture(224, 224, 3, [.. Enumerable.Range(0, 224 * 224 * 3).Select(p => (byte)(p / (i + 3) * (i % 2 == 0 ? 3 : 29) % 256))]).ToImage(),
            Label = i % 2 == 0 ? "wide" : "narrow",
        }).ToArray());
        FineTuneTrainer.Options options = new() { Frozen = true, OutputFeatures = true, L2Regularization = 1, Seed = 1, Device = "cpu" };
        using FineTuneTransformer model = Fit(options, pictures);
        using FeatureExtractor extractor = FeatureExtractor.ResNet18(ml);
        AssertNear([.. extractor.Transform(pictures).GetColumn<float[]>("Features")], Column(model, pictures, "Features"));
        string[] told = [.. Column(model, pictures).Select(row => model.ClassNames[Array.IndexOf(row, row.Max())])];
        Assert.Equal(pictures.GetColumn<string>("Label"), told);

        // Alone, without what prepares its pictures, it is not taken for a torchvision's.
        options.BackbonePath = folder.File("ResNet18.onnx");
        File.Copy(ResNet18File.Find()!, options.BackbonePath);
        Assert.Contains("ResNetPreprocess.onnx", Assert.Throws<FileNotFoundException>(() => Fit(options, pictures)).FileName, StringComparison.Ordinal);
    }

    private sealed class Row
    {
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}
