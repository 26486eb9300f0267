using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Onnx;

namespace MLNetGen.Tests.Vae;

/// <summary>A VAE that is told the class of every picture.</summary>
public sealed class ConditionalVaeTests : IDisposable
{
    private const int Phases = 8;

    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static VaeTrainer.Options Quick => new()
    {
        Architecture = VaeArchitecture.Mlp,
        LabelColumnName = "Label",
        LatentDimension = 3,
        Epochs = 2,
        BatchSize = 16,
        Seed = 1,
        NumberOfThreads = 1,
    };

    [Theory]
    [InlineData(VaeArchitecture.Mlp)]
    [InlineData(VaeArchitecture.Convolutional)]
    public void The_saved_model_codes_reconstructs_and_draws_by_class_with_mlnet_alone(VaeArchitecture architecture)
    {
        IDataView moons = ml.Images.MoonPhases(64, size: 16);
        VaeTrainer.Options options = Quick;
        options.Architecture = architecture;
        using VaeTransformer trained = ml.Generative.Trainers.Vae(options).Fit(moons);
        Assert.Equal(Phases, trained.ClassCount);
        string[] added = [.. trained.Transform(moons).Schema.Where(c => !c.IsHidden).Select(c => c.Name).Except(moons.Schema.Select(c => c.Name))];
        Assert.Equal(["Latent", "LatentLogVariance", "Reconstruction", "ReconstructionError"], added.Order());

        string path = Path.Combine(folder, "vae.zip");
        ml.Model.Save(trained, moons.Schema, path);
        ITransformer model = ml.Model.Load(path, out _);
        Assert.DoesNotContain(model.GetType().Assembly.GetName().Name, (string[])["MLNetGen.Trainers"]);
        using VaeTransformer loaded = VaeTransformer.FromModel(ml, model);
        Assert.Equal((3, Phases), (loaded.LatentDimension, loaded.ClassCount));
        Assert.Equal(Latents(trained.Transform(moons)), Latents(model.Transform(moons)));
        Assert.Equal(Latents(trained.Encoder.Transform(moons)), Latents(loaded.Encoder.Transform(moons)));
        Assert.Equal(trained.Evaluate(moons, importanceSamples: 5), loaded.Evaluate(moons, importanceSamples: 5));

        IDataView every = ml.Generative.SampleLatent(16, 3, seed: 1, classes: [.. Enumerable.Range(0, Phases)]);
        IDataView third = ml.Generative.SampleLatent(16, 3, seed: 1, classes: [2]);
        byte[][] mixed = Pixels(loaded.Decoder.Transform(every)), alone = Pixels(loaded.Decoder.Transform(third));
        Assert.Equal(Pixels(trained.Decoder.Transform(every)), mixed);
        Assert.Equal(alone[2], mixed[2]);
        Assert.Equal(alone[10], mixed[10]);
        Assert.NotEqual(alone[3], mixed[3]);
    }

    // In training the figures come from the modules, here from the files.
    [Fact]
    public void Evaluate_says_what_training_says_of_held_out_rows_whatever_form_their_labels_have()
    {
        IDataView moons = ml.Images.MoonPhases(64, size: 16), held = ml.Images.MoonPhases(32, size: 16, seed: 5);
        VaeTrainer.Options options = Quick;
        options.ValidationSet = held;
        using VaeTransformer text = ml.Generative.Trainers.Vae(options).Fit(moons);
        VaeMetrics expected = text.Epochs[^1].Test!, actual = text.Evaluate(held);
        Assert.Equal(expected.Reconstruction, actual.Reconstruction, 0.01);
        Assert.Equal(expected.Kl, actual.Kl, 0.001);

        ITransformer keys = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(moons);
        options.ValidationSet = keys.Transform(held);
        using VaeTransformer key = ml.Generative.Trainers.Vae(options).Fit(keys.Transform(moons));
        Assert.Equal(text.Epochs[^1].Train, key.Epochs[^1].Train);
        Assert.Equal(actual, key.Evaluate(keys.Transform(held)));
    }

    [Fact]
    public void Files_take_the_class_beside_pixels_and_latent_vectors()
    {
        using VaeTransformer vae = ml.Generative.Trainers.Vae(Quick).Fit(ml.Images.MoonPhases(64, size: 16));
        vae.SaveOnnx(folder);
        foreach ((string file, string first) in (IEnumerable<(string, string)>)[("encoder.onnx", "pixels"), ("decoder.onnx", "Latent"), ("vae.onnx", "pixels")])
        {
            OnnxSummary summary = OnnxSummary.Read(Path.Combine(folder, file));
            Assert.Equal([first, "Class"], summary.Inputs.Select(input => input.Name));
            Assert.Equal(Phases, summary.Metadata["classes"].Split('\n').Length);
        }
    }

    [Fact]
    public void A_checkpoint_of_other_labels_is_refused_and_one_of_the_same_resumes_to_the_same_weights()
    {
        IDataView moons = ml.Images.MoonPhases(64, size: 16);
        VaeTrainer.Options options = Quick;
        // The MLP's own, one cycle, is as long as the run: another number of epochs is another run.
        options.Schedule = LearningRateSchedule.Constant;
        using VaeTransformer straight = ml.Generative.Trainers.Vae(options).Fit(moons);
        (options.WorkspacePath, options.Epochs) = (Path.Combine(folder, "run"), 1);
        ml.Generative.Trainers.Vae(options).Fit(moons).Dispose();
        (options.Resume, options.Epochs) = (true, 2);
        using VaeTransformer resumed = ml.Generative.Trainers.Vae(options).Fit(moons);
        Assert.Equal(straight.Epochs.Select(e => e.Train), resumed.Epochs.Select(e => e.Train));
        Assert.Equal(straight.Evaluate(moons), resumed.Evaluate(moons));
        using VaeTransformer kept = ml.Generative.Trainers.Vae(options).FitFromCheckpoint(moons);
        Assert.Equal(straight.Evaluate(moons), kept.Evaluate(moons));

        options.Epochs = 3;
        options.LabelColumnName = null;
        Assert.Contains("Classes", Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).Fit(moons)).Message);
        options.LabelColumnName = "Label";
        IDataView shifted = ml.Transforms.Expression("Label", "x => x < 0.5 ? \"full moon\" : \"new moon\"", "Phase").Fit(moons).Transform(moons);
        Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).Fit(shifted));
    }

    [Fact]
    public void Labels_that_do_not_do_are_named()
    {
        IDataView moons = ml.Images.MoonPhases(32, size: 16);
        VaeTrainer.Options options = Quick;
        options.LabelColumnName = "Kind";
        Assert.Contains("'Kind'", Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Vae(options).Fit(moons)).Message);
        options.LabelColumnName = "Label";
        IDataView one = ml.Transforms.Expression("Label", "x => \"moon\"", "Phase").Fit(moons).Transform(moons);
        Assert.Contains("'moon'", Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Vae(options).Fit(one)).Message);
        options.ValidationSet = ml.Transforms.Expression("Label", "x => \"eclipse\"", "Phase").Fit(moons).Transform(moons);
        Assert.Contains("'eclipse'", Assert.Throws<InvalidDataException>(() => ml.Generative.Trainers.Vae(options).Fit(moons)).Message);
    }

    private static float[][] Latents(IDataView rows) => [.. rows.GetColumn<float[]>("Latent")];

    private static byte[][] Pixels(IDataView rows) => [.. ImageColumn.Read(rows, "Image").Select(picture => picture.Pixels)];
}
