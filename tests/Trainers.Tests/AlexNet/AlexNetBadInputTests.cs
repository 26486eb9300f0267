using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.AlexNet;

public sealed class AlexNetBadInputTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static AlexNetTrainer.Options Quick => new() { Network = AlexNetNetwork.Compact, ImageSize = 16, Epochs = 1, BatchSize = 4, Seed = 5, NumberOfThreads = 1 };

    private AlexNetTransformer Fit(AlexNetTrainer.Options options, IDataView? rows = null) =>
        ml.MulticlassClassification.Trainers.AlexNet(ml, options).Fit(rows ?? Patterns.View(ml, 12));

    private string Refused(AlexNetTrainer.Options options, IDataView? rows = null) => Assert.ThrowsAny<ArgumentException>(() => Fit(options, rows)).Message;

    [Fact]
    public void Rows_of_one_class_are_refused_with_its_name()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label == "down"));
        Assert.Contains("column 'Label' has one value, 'down'; a classifier needs at least two", Refused(Quick, rows));
    }

    [Fact]
    public void A_class_with_one_picture_is_learnt()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where((row, i) => row.Label != "down" || i == 1));
        using AlexNetTransformer model = Fit(Quick, rows);
        Assert.Equal(Patterns.Classes, model.ClassNames);
    }

    [Fact]
    public void Held_out_labels_that_training_never_saw_are_counted_and_not_judged()
    {
        List<string> said = [];
        ml.Log += (_, e) => said.Add(e.Message);
        AlexNetTrainer.Options options = Quick;
        options.ValidationSet = Patterns.View(ml, 12, seed: 2);
        using AlexNetTransformer model = Fit(options, ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares")));
        Assert.Contains(said, message => message.Contains("4 held-out rows have labels that no training row has, and are not judged: 'squares' (4).", StringComparison.Ordinal));
        // Of the other eight, in the same order of batches, the same share is right without them.
        options.ValidationSet = ml.Data.LoadFromEnumerable(Patterns.Rows(12, seed: 2).Where(row => row.Label != "squares"));
        using AlexNetTransformer same = Fit(options, ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares")));
        Assert.Equal(same.Epochs[0].Test!.Top1, model.Epochs[0].Test!.Top1);
        Assert.Equal(same.Epochs[0].Test!.Loss, model.Epochs[0].Test!.Loss, 5);
    }

    [Fact]
    public void Held_out_rows_that_cannot_be_judged_at_all_are_told_and_training_goes_on()
    {
        List<string> said = [];
        ml.Log += (_, e) => said.Add(e.Message);
        AlexNetTrainer.Options options = Quick;
        options.ValidationSet = ml.Data.LoadFromEnumerable(Patterns.Rows(12, seed: 2).Where(row => row.Label == "squares"));
        using AlexNetTransformer model = Fit(options, ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares")));
        Assert.Null(model.Epochs[0].Test);
        Assert.Contains(said, message => message.Contains("no held-out row can be judged", StringComparison.Ordinal));
        options.ValidationSet = ml.Data.LoadFromEnumerable(Patterns.Rows(6).Select((row, i) => new Patterns.Row { Image = row.Image, Label = i == 4 ? "" : row.Label, Number = 0, OneHot = row.OneHot }));
        Assert.Contains("row 4 of column 'Label' of the held-out rows has no label", Assert.Throws<InvalidDataException>(() => Fit(options)).Message);
    }

    [Fact]
    public void Absent_columns_are_named_with_those_there_are()
    {
        AlexNetTrainer.Options options = Quick;
        options.LabelColumnName = "Kind";
        Assert.Contains("no column 'Kind'; they have 'Image', 'Label'", Refused(options));
        options = Quick;
        options.ImageColumnName = "Photo";
        Assert.Contains("no column 'Photo'", Refused(options));
        options = Quick;
        options.ImageColumnName = "Label";
        Assert.Contains("'Label'", Assert.ThrowsAny<Exception>(() => ml.MulticlassClassification.Trainers.AlexNet(ml, options).GetOutputSchema(SchemaShapes.Of(ml, Patterns.View(ml, 3).Schema))).Message);
    }

    [Theory]
    [InlineData(AlexNetNetwork.Paper, 20, "ImageSize is 20; the Paper network needs at least 67")]
    [InlineData(AlexNetNetwork.Torchvision, 62, "ImageSize is 62; the Torchvision network needs at least 63")]
    [InlineData(AlexNetNetwork.Compact, 15, "ImageSize is 15; the Compact network needs at least 16")]
    public void Sizes_that_leave_no_pixel_are_refused(AlexNetNetwork network, int size, string message)
    {
        AlexNetTrainer.Options options = Quick;
        options.Network = network;
        options.ImageSize = size;
        Assert.Contains(message, Refused(options));
    }

    [Fact]
    public void Options_that_do_not_fit_the_pictures_are_refused()
    {
        AlexNetTrainer.Options options = Quick;
        options.TopK = 4;
        Assert.Contains("TopK is 4, and there are 3 classes", Refused(options));
        options = Quick;
        options.ResizeSize = 12;
        Assert.Contains("ResizeSize is 12", Refused(options));
        options = Quick;
        options.ClassWeights = new Dictionary<string, double> { ["round"] = 2 };
        Assert.Contains("'round', which is no class; the classes are 'across', 'down', 'squares'", Refused(options));
        options = Quick;
        options.BatchSize = 1;
        Assert.Contains("BatchSize is 1", Refused(options));
        options = Quick;
        options.CropPadding = 16;
        Assert.Contains("CropPadding is 16", Refused(options));
        options = Quick;
        options.TenCrop = true;
        Assert.Contains("ten crops of 16×16", Refused(options));
    }

    [Fact]
    public void A_row_without_a_label_is_named()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(Patterns.Rows(6).Select((row, i) => new Patterns.Row { Image = row.Image, Label = i == 4 ? "" : row.Label, Number = 0, OneHot = row.OneHot }));
        Assert.Contains("row 4 of column 'Label' has no label", Assert.Throws<InvalidDataException>(() => Fit(Quick, rows)).Message);
    }

    [Fact]
    public void Files_that_are_no_weights_are_refused_before_training()
    {
        AlexNetTrainer.Options options = Quick;
        options.Network = AlexNetNetwork.Torchvision;
        options.ImageSize = 63;
        options.InitialWeights = Path.Combine(folder, "weights.pth");
        File.WriteAllText(options.InitialWeights, "no weights");
        Assert.Contains("weights.pth", Assert.Throws<InvalidDataException>(() => Fit(options)).Message);
        options.Network = AlexNetNetwork.Compact;
        options.ImageSize = 16;
        Assert.Contains("no checkpoint of a run", Refused(options));
    }

    // Of what the pictures are, and of grey; the run after takes what the weights were trained on.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Layers_that_are_not_trained_keep_the_weights_of_the_run_before(int channels)
    {
        AlexNetTrainer.Options options = Quick;
        options.Channels = channels;
        options.WorkspacePath = Path.Combine(folder, "before");
        options.OutputFeatures = true;
        using AlexNetTransformer before = Fit(options);
        options = Quick;
        options.OutputFeatures = true;
        options.InitialWeights = Path.Combine(folder, "before", "checkpoints", "network-1.checkpoint");
        options.TrainedLayers = 1;
        using AlexNetTransformer after = Fit(options, ml.Data.LoadFromEnumerable(Patterns.Rows(12).Where(row => row.Label != "squares")));
        Assert.Equal(2, after.ClassNames.Count);
        float[][] a = [.. before.Transform(Patterns.View(ml, 3)).GetColumn<float[]>("Features")], b = [.. after.Transform(Patterns.View(ml, 3)).GetColumn<float[]>("Features")];
        Assert.Equal(a.SelectMany(row => row), b.SelectMany(row => row), (x, y) => Math.Abs(x - y) < 1e-4);
    }
}
