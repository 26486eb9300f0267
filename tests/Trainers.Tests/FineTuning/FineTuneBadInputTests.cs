using Microsoft.ML;

namespace MLNetGen.Tests.FineTuning;

public sealed class FineTuneBadInputTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private FineTuneTrainer.Options Quick(TinyBackbone.End end = TinyBackbone.End.Logits, int channels = 3) =>
        new() { BackbonePath = TinyBackbone.Write(folder.File("backbone.onnx"), end, channels), Frozen = true, Seed = 5, Device = "cpu", NumberOfThreads = 1 };

    private void Fit(FineTuneTrainer.Options options, IDataView? rows = null) => ml.MulticlassClassification.Trainers.FineTune(ml, options).Fit(rows ?? Patterns.View(ml, 12)).Dispose();

    private TException Refused<TException>(Action<FineTuneTrainer.Options> set, TinyBackbone.End end = TinyBackbone.End.Logits, int channels = 3, IDataView? rows = null)
        where TException : Exception
    {
        FineTuneTrainer.Options options = Quick(end, channels);
        set(options);
        return Assert.Throws<TException>(() => Fit(options, rows));
    }

    [Fact]
    public void Options_out_of_their_range_are_named()
    {
        Assert.Equal("L2Regularization", Refused<ArgumentOutOfRangeException>(options => options.L2Regularization = 0).ParamName);
        Assert.Equal("LearningRate", Refused<ArgumentOutOfRangeException>(options => options.LearningRate = double.NaN).ParamName);
        Assert.Equal("WeightDecay", Refused<ArgumentOutOfRangeException>(options => options.WeightDecay = -1).ParamName);
        Assert.Equal("ValidationFraction", Refused<ArgumentOutOfRangeException>(options => options.ValidationFraction = 1).ParamName);
        Assert.Equal("ImageSize", Refused<ArgumentOutOfRangeException>(options => options.ImageSize = -1).ParamName);
        Assert.Equal("Epochs", Refused<ArgumentOutOfRangeException>(options => options.Epochs = 0).ParamName);
        Assert.Equal("Pixels", Refused<ArgumentException>(options => options.Pixels = new() { Mean = [1, 2] }).ParamName);
        Assert.Equal("Pixels.Deviation", Refused<ArgumentOutOfRangeException>(options => options.Pixels = new() { Deviation = [0] }).ParamName);
    }

    [Fact]
    public void Options_that_do_not_fit_the_file_or_the_rows_are_named()
    {
        Assert.Equal("Pixels", Refused<ArgumentException>(options => options.Pixels = new(), channels: 1).ParamName);
        Assert.Equal("ResizeSize", Refused<ArgumentException>(options => options.ResizeSize = 17).ParamName);
        Assert.Equal("TopK", Refused<ArgumentException>(options => options.TopK = 4).ParamName);
        Assert.Equal("CropPadding", Refused<ArgumentException>(options => options.CropPadding = 16).ParamName);
        ArgumentException error = Refused<ArgumentException>(options => options.FeatureName = "fc");
        Assert.Equal("FeatureName", error.ParamName);
        Assert.Contains("'out'", error.Message, StringComparison.Ordinal);
        Assert.Equal("FeatureName", Refused<ArgumentException>(_ => { }, TinyBackbone.End.Sequence).ParamName);
        // The second pool of 1 pixel leaves none.
        Assert.Equal("ImageSize", Refused<ArgumentException>(options => options.ImageSize = 2).ParamName);
    }

    [Fact]
    public void Files_that_are_no_backbone_are_named()
    {
        Assert.Equal(folder.File("absent.onnx"), Refused<FileNotFoundException>(options => options.BackbonePath = folder.File("absent.onnx")).FileName);
        File.WriteAllText(folder.File("text.onnx"), "no network");
        Assert.Contains("text.onnx", Refused<InvalidDataException>(options => options.BackbonePath = folder.File("text.onnx")).Message, StringComparison.Ordinal);
        Fit(Quick());
        FineTuneTrainer.Options options = Quick();
        using (FineTuneTransformer model = ml.MulticlassClassification.Trainers.FineTune(ml, options).Fit(Patterns.View(ml, 12))) model.SaveOnnx(folder.File("onnx"));
        // A classifier of ours is a backbone again, and what takes no pictures is none.
        Fit(new() { BackbonePath = Path.Combine(folder.File("onnx"), "classifier.onnx"), Pixels = new() { Mean = [0], Deviation = [1] }, Frozen = true, Device = "cpu" });
        VaeTrainer.Options small = new() { Epochs = 1, LatentDimension = 2, Architecture = VaeArchitecture.Mlp, Device = "cpu" };
        using (VaeTransformer vae = ml.Generative.Trainers.Vae(small).Fit(Patterns.View(ml, 12))) vae.SaveOnnx(folder.File("vae"));
        Assert.Equal("BackbonePath", Refused<ArgumentException>(options => options.BackbonePath = Path.Combine(folder.File("vae"), "decoder.onnx")).ParamName);
    }

    [Fact]
    public void Rows_and_labels_that_cannot_be_learnt_are_named()
    {
        Assert.Contains("'down'", Refused<ArgumentException>(_ => { }, rows: ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label == "down"))).Message, StringComparison.Ordinal);
        Assert.Contains("'Kind'", Refused<ArgumentException>(options => options.LabelColumnName = "Kind").Message, StringComparison.Ordinal);
        Assert.Contains("'Photo'", Refused<ArgumentException>(options => options.ImageColumnName = "Photo").Message, StringComparison.Ordinal);
        Assert.Contains("ValidationSet", Refused<ArgumentException>(
            options => options.ValidationSet = ml.Data.LoadFromEnumerable(Patterns.Rows(12, seed: 2).Where(row => row.Label == "squares")),
            rows: ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_labels_that_training_never_saw_are_left_out()
    {
        FineTuneTrainer.Options options = Quick();
        (options.Frozen, options.Epochs) = (false, 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares"));
        options.ValidationSet = Patterns.View(ml, 12, seed: 2);
        using FineTuneTransformer model = ml.MulticlassClassification.Trainers.FineTune(ml, options).Fit(rows);
        options.ValidationSet = ml.Data.LoadFromEnumerable(Patterns.Rows(12, seed: 2).Where(row => row.Label != "squares"));
        using FineTuneTransformer same = ml.MulticlassClassification.Trainers.FineTune(ml, options).Fit(rows);
        Assert.Equal(same.Epochs[0].Test, model.Epochs[0].Test);
    }
}
