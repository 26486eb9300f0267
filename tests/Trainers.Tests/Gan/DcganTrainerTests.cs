using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Gan;

public sealed class DcganTrainerTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string workspace = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    private static DcganTrainer.Options Quick => new()
    {
        Network = DcganNetwork.Mnist32,
        Width = 8,
        LatentDimension = 6,
        Steps = 6,
        BatchSize = 8,
        SampleInterval = 3,
        CheckpointInterval = 3,
        Seed = 5,
        NumberOfThreads = 1,
    };

    [Theory]
    [InlineData(DcganNetwork.AnimeFace64)]
    [InlineData(DcganNetwork.Mnist32)]
    [InlineData(DcganNetwork.Paper)]
    [InlineData(DcganNetwork.Mlp)]
    public void A_trained_GAN_judges_pictures_and_makes_new_ones(DcganNetwork network)
    {
        IDataView moons = ml.Images.MoonPhases(20);
        DcganTrainer.Options options = Quick;
        options.Network = network;
        options.ImageSize = 32;
        options.Steps = 2;
        DcganTrainer trainer = ml.Generative.Trainers.Dcgan(options);
        using DcganTransformer gan = trainer.Fit(moons);

        float[][] realness = [.. gan.Transform(moons).GetColumn<float[]>("Realness")];
        Assert.Equal(20, realness.Length);
        Assert.All(realness, p => Assert.InRange(Assert.Single(p), 0, 1));
        Assert.Contains(trainer.GetOutputSchema(SchemaShapes.Of(ml, moons.Schema)), c => c.Name == "Realness");

        IDataView drawn = gan.Generator.Transform(ml.Generative.SampleLatent(3, gan.LatentDimension));
        MLImage[] pictures = [.. drawn.GetColumn<MLImage>("Image")];
        Assert.All(pictures, picture => Assert.Equal((32, 32), (picture.Width, picture.Height)));
        Assert.NotEqual(pictures[0].Pixels.ToArray(), pictures[1].Pixels.ToArray());
        Assert.InRange(gan.OnnxParity, 0, 1e-3);
    }

    [Fact]
    public void A_saved_generator_makes_the_same_pictures_without_this_library()
    {
        IDataView moons = ml.Images.MoonPhases(20), latent = ml.Generative.SampleLatent(3, 6);
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(Quick).Fit(moons);
        string path = Path.Combine(workspace, "model.zip");
        ml.Model.Save(gan.Generator, latent.Schema, path);
        ITransformer loaded = ml.Model.Load(path, out _);
        Assert.Equal(Pixels(gan.Generator.Transform(latent)), Pixels(loaded.Transform(latent)));
        (loaded as IDisposable)?.Dispose();

        static byte[] Pixels(IDataView rows) => [.. rows.GetColumn<MLImage>("Image").SelectMany(picture => picture.Pixels.ToArray())];
    }

    [Fact]
    public void Every_step_is_told_and_the_same_z_is_drawn_as_training_goes_on()
    {
        List<DcganProgress> told = [];
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        options.ProgressCallback = told.Add;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(20));
        Assert.Equal(Enumerable.Range(1, 6), told.Select(p => p.Step));
        Assert.All(told, p => Assert.Equal(p.RealLoss + p.FakeLoss, p.DiscriminatorLoss, 9));
        Assert.All(told, p => Assert.InRange(p.RealProbability, 0, 1));
        Assert.Equal(["step-000003.png", "step-000006.png"], Directory.GetFiles(Path.Combine(workspace, "samples")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_another_gives_others()
    {
        IDataView moons = ml.Images.MoonPhases(20);
        double Last(int seed)
        {
            double loss = 0;
            DcganTrainer.Options options = Quick;
            options.Seed = seed;
            options.ProgressCallback = p => loss = p.GeneratorLoss;
            ml.Generative.Trainers.Dcgan(options).Fit(moons).Dispose();
            return loss;
        }
        Assert.Equal(Last(5), Last(5));
        Assert.NotEqual(Last(5), Last(6));
    }

    [Fact]
    public void Pictures_too_wide_for_a_sheet_of_them_are_trained_on_and_shown_smaller()
    {
        string data = Path.Combine(workspace, "data");
        for (int i = 0; i < 9; i++)
            new Picture(2046, 64, 1, [.. Enumerable.Range(0, 2046 * 64).Select(p => (byte)(p * (i + 1)))]).Save(Path.Combine(data, $"{i}.png"));
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = Path.Combine(workspace, "run");
        List<string> warnings = [];
        ml.Log += (_, e) => { if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(e.Message); };
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.LoadFolder(data));
        gan.SaveReport(options.WorkspacePath);
        // Two rows of eight columns; a cell is 2045×64.
        Picture sheet = PictureFile.Read(Path.Combine(options.WorkspacePath, "training-pictures.png"));
        Assert.Equal((2 + 8 * 2047, 2 + 2 * 66), (sheet.Width, sheet.Height));
        Assert.True(File.Exists(Path.Combine(options.WorkspacePath, "report.html")));
        Assert.DoesNotContain(warnings, warning => warning.Contains("missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_film_that_cannot_be_made_is_left_out_of_the_report_which_says_so()
    {
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(20));
        new Picture(3, 2, 1, new byte[6]).Save(Path.Combine(workspace, "samples", "step-000003.png"));
        gan.SaveReport(workspace);
        Assert.False(File.Exists(Path.Combine(workspace, "samples.gif")));
        Assert.Contains("the film of the snapshots is missing: Frame 2 is ", File.ReadAllText(Path.Combine(workspace, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_not_of_pictures_is_refused() => Assert.Contains(
        "column 'Path' is String; a GAN learns from pictures", Assert.Throws<ArgumentException>(() =>
        {
            DcganTrainer.Options options = Quick;
            options.ImageColumnName = "Path";
            ml.Generative.Trainers.Dcgan(options).Fit(ml.Data.LoadFromEnumerable([new { Path = "a" }]));
        }).Message);

    [Fact]
    public void Held_out_rows_judge_the_generator_at_the_first_snapshot_and_at_every_checkpoint()
    {
        DcganTrainer.Options options = Quick;
        options.ValidationSet = ml.Images.MoonPhases(12, seed: 9);
        options.SampleInterval = 2;
        options.CheckpointInterval = 3;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(20));
        Assert.Equal([2, 3, 6], gan.Quality.Select(q => q.Step));
        GenerativeMetrics exported = gan.Evaluate(options.ValidationSet);
        Assert.Equal(gan.Quality[^1].Metrics.FrechetDistance, exported.FrechetDistance, gan.Quality[^1].Metrics.FrechetDistance * 0.2);
        Assert.Equal(gan.Quality[^1].Metrics.Features, exported.Features);
        Assert.All(gan.Quality, q => Assert.Equal((12, 12), (q.Metrics.RealCount, q.Metrics.GeneratedCount)));
        // Too few for a classifier.
        Assert.Null(exported.TwoSample);
        // Noise against moons; twelve rows put other moons at some distance too.
        Assert.All(gan.Quality, q => Assert.True(q.Metrics.FrechetDistance > 2 * FrechetOfMoons(), $"{q.Metrics.FrechetDistance}, and of moons {FrechetOfMoons()}"));

        double FrechetOfMoons()
        {
            using FeatureExtractor extractor = FeatureExtractor.ResNet18(ml, imageSize: 32);
            return ml.Generative.Evaluate(options.ValidationSet, ml.Images.MoonPhases(12, seed: 10), "Image", extractor).FrechetDistance;
        }
    }

    [Fact]
    public void A_fresh_classifier_tells_the_pictures_of_an_untrained_generator_and_the_report_says_so()
    {
        DcganTrainer.Options options = Quick;
        options.ValidationSet = ml.Images.MoonPhases(60, seed: 9);
        options.Steps = 1;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(20));
        GenerativeMetrics test = gan.Evaluate(options.ValidationSet);
        Assert.Equal((60, 60), (test.TwoSample!.TrainingCount, test.TwoSample.TestCount));
        Assert.InRange(test.TwoSample.Accuracy, 0.9, 1);
        gan.SaveReport(workspace, test);
        JsonElement saved = JsonDocument.Parse(File.ReadAllText(Path.Combine(workspace, "metrics.json"))).RootElement.GetProperty("test");
        Assert.Equal(test.TwoSample.Accuracy, saved.GetProperty("twoSample").GetProperty("accuracy").GetDouble());
        Assert.Equal(test.FrechetDistance, saved.GetProperty("frechetDistance").GetDouble());
        Assert.Equal("averaged", saved.GetProperty("generator").GetString());
        Assert.Contains("Told by a fresh judge", File.ReadAllText(Path.Combine(workspace, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_rows_to_judge_by_are_refused_before_training()
    {
        DcganTrainer.Options options = Quick;
        options.ValidationSet = ml.Images.MoonPhases(5);
        options.ProgressCallback = _ => Assert.Fail("trained");
        Assert.Contains("ValidationSet has 5 rows", Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(20))).Message);
    }
}
