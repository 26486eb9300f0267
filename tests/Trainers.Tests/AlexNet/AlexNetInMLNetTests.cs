using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.AlexNet;

/// <summary>ML.NET as it is: its labels, caches and GPU settings before a trainer of ours.</summary>
public sealed class AlexNetInMLNetTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly List<string> warnings = [];

    public AlexNetInMLNetTests() => ml.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            warnings.Add(e.RawMessage);
    };

    private static AlexNetTrainer.Options Quick => new() { Network = AlexNetNetwork.Compact, ImageSize = 16, Epochs = 1, BatchSize = 4, Seed = 5, NumberOfThreads = 1 };

    private AlexNetTrainer Trainer(AlexNetTrainer.Options options) => ml.MulticlassClassification.Trainers.AlexNet(ml, options);

    [Theory]
    [InlineData("Label", "are String, and no keys")]
    [InlineData("Number", "are Single, and no keys")]
    public void Labels_that_are_no_keys_are_warned_of(string column, string message)
    {
        AlexNetTrainer.Options options = Quick;
        options.LabelColumnName = column;
        using AlexNetTransformer model = Trainer(options).Fit(Patterns.View(ml, 12));
        string said = Assert.Single(warnings, warning => warning.Contains("no keys", StringComparison.Ordinal));
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.Contains($"MapValueToKey(\"{column}\")", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_and_numbers_from_0_are_what_Evaluate_takes()
    {
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(Patterns.View(ml, 12)).Transform(Patterns.View(ml, 12));
        AlexNetTrainer.Options options = Quick;
        using AlexNetTransformer byKey = Trainer(options).Fit(keyed);
        options.LabelColumnName = "Place";
        IDataView places = ml.Transforms.Expression("Place", "x => x / 10", "Number").Fit(Patterns.View(ml, 12)).Transform(Patterns.View(ml, 12));
        using AlexNetTransformer byPlace = Trainer(options).Fit(places);
        Assert.DoesNotContain(warnings, warning => warning.Contains("no keys", StringComparison.Ordinal));
        // The very figure that the rows say, whether or not one epoch learnt anything.
        foreach ((AlexNetTransformer model, IDataView rows, string column) in (ReadOnlySpan<(AlexNetTransformer, IDataView, string)>)[(byKey, keyed, "Label"), (byPlace, places, "Place")])
        {
            IDataView scored = model.Transform(rows);
            int[] best = [.. scored.GetColumn<float[]>("Score").Select(scores => Array.IndexOf(scores, scores.Max()))];
            double right = best.Where((place, row) => place == row % 3).Count() / 12.0;
            string[] order = [.. model.ClassNames];
            Assert.Equal(column == "Label" ? Patterns.Classes : ["0", "1", "2"], order);
            Assert.Equal(right, ml.MulticlassClassification.Evaluate(scored, labelColumnName: column).MicroAccuracy, 6);
        }
    }

    [Fact]
    public void A_cache_before_the_trainer_is_named_as_what_drops_pictures()
    {
        foreach (IDataView rows in (IDataView[])[ml.Data.Cache(Patterns.View(ml, 12)), ml.Data.ShuffleRows(Patterns.View(ml, 12))])
        {
            string message = Assert.Throws<ArgumentException>(() => Trainer(Quick).Fit(rows)).Message;
            Assert.Contains("no column 'Image'", message, StringComparison.Ordinal);
            Assert.Contains("Cache, AppendCacheCheckpoint, ShuffleRows and SaveAsBinary leave columns of pictures out", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_an_error_before_the_first_step_or_a_warning()
    {
        AlexNetTrainer.Options options = Quick;
        int steps = 0;
        options.ProgressCallback = _ => steps++;
        ml.GpuDeviceId = 99;
        Assert.Contains("MLContext.GpuDeviceId is 99", Assert.Throws<InvalidOperationException>(() => Trainer(options).Fit(Patterns.View(ml, 12))).Message, StringComparison.Ordinal);
        Assert.Equal(0, steps);
        ml.FallbackToCpu = true;
        using AlexNetTransformer model = Trainer(options).Fit(Patterns.View(ml, 12));
        Assert.Contains("MLContext.GpuDeviceId is 99", Assert.Single(warnings, warning => warning.Contains("GpuDeviceId", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(12, model.Transform(Patterns.View(ml, 12)).GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void Of_ten_pictures_one_is_held_out_whatever_the_seed()
    {
        AlexNetTrainer.Options options = Quick;
        options.ValidationFraction = 0.1;
        for (options.Seed = 0; options.Seed < 3; options.Seed++)
        {
            using AlexNetTransformer model = Trainer(options).Fit(Patterns.View(ml, 10));
            Assert.NotNull(model.Epochs[0].Test);
        }
        Assert.Contains("ValidationFraction is 0.1, and no row can be held out of 3 in 3 classes", Assert.Throws<ArgumentException>(() => Trainer(options).Fit(Patterns.View(ml, 3))).Message, StringComparison.Ordinal);
    }
}
