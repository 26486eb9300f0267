using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Gan;

/// <summary>A GAN trained once, in ordinary ML.NET pipelines.</summary>
public sealed class DcganPipelineTests(DcganPipelineTests.Trained trained) : IClassFixture<DcganPipelineTests.Trained>
{
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            Moons = ML.Images.MoonPhases(24);
            Gan = ML.Generative.Trainers.Dcgan(Options).Fit(Moons);
            Gan.SaveOnnx(Folder);
        }

        public MLContext ML { get; } = new(seed: 1);

        public IDataView Moons { get; }

        public DcganTransformer Gan { get; }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        // The paper's: its z is uniform, and the pipeline's normal all the same.
        public static DcganTrainer.Options Options => new()
        {
            Network = DcganNetwork.Paper,
            ImageSize = 32,
            Width = 8,
            LatentDimension = 5,
            Steps = 3,
            BatchSize = 8,
            Seed = 1,
            NumberOfThreads = 1,
        };

        public void Dispose()
        {
            Gan.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private MLContext ML => trained.ML;

    [Fact]
    public void Transform_adds_realness_and_the_generator_a_picture_and_nothing_else()
    {
        Assert.Equal(["Realness"], Added(trained.Gan.Transform(trained.Moons), trained.Moons));
        IDataView latent = ML.Generative.SampleLatent(3, 5), drawn = trained.Gan.Generator.Transform(latent);
        Assert.Equal(["Image"], Added(drawn, latent));
        var image = Assert.IsType<ImageDataViewType>(drawn.Schema["Image"].Type);
        Assert.Equal((32, 32), (image.Width, image.Height));

        static IEnumerable<string> Added(IDataView rows, IDataView before) =>
            rows.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Except(before.Schema.Select(c => c.Name));
    }

    // EstimatorChain.Fit transforms the training rows by every transformer, the last one included.
    [Fact]
    public void It_is_a_step_of_a_longer_pipeline_that_saves_and_loads()
    {
        EstimatorChain<DcganTransformer> pipeline = ML.Transforms.CopyColumns("Picture", "Image").Append(ML.Generative.Trainers.Dcgan(PictureOptions()));
        TransformerChain<DcganTransformer> model = pipeline.Fit(trained.Moons);
        string path = Path.Combine(trained.Folder, "chain.zip");
        ML.Model.Save(model, trained.Moons.Schema, path);
        ITransformer loaded = ML.Model.Load(path, out _);
        Assert.Equal(Realness(model.Transform(trained.Moons)), Realness(loaded.Transform(trained.Moons)));
        (loaded as IDisposable)?.Dispose();
        model.LastTransformer.Dispose();

        static DcganTrainer.Options PictureOptions()
        {
            DcganTrainer.Options options = Trained.Options;
            options.ImageColumnName = "Picture";
            return options;
        }
    }

    [Fact]
    public void A_loaded_generator_knows_its_latent_dimension_and_draws_the_same_pictures()
    {
        IDataView latent = ML.Generative.SampleLatent(4, 5);
        string path = Path.Combine(trained.Folder, "generator.zip");
        ML.Model.Save(trained.Gan.Generator, latent.Schema, path);
        using DcganGenerator loaded = DcganGenerator.FromModel(ML, ML.Model.Load(path, out _));
        Assert.Equal(5, loaded.LatentDimension);
        Assert.Equal(Pixels(trained.Gan.Generator.Transform(latent)), Pixels(loaded.Transform(latent)));
        // And saves again, though what it was loaded from is gone.
        File.Delete(path);
        string again = Path.Combine(trained.Folder, "again.zip");
        ML.Model.Save(loaded, latent.Schema, again);
        using DcganGenerator twice = DcganGenerator.FromModel(ML, ML.Model.Load(again, out _));
        Assert.Equal(Pixels(loaded.Transform(latent)), Pixels(twice.Transform(latent)));
    }

    [Fact]
    public void Another_model_is_no_generator()
    {
        string path = Path.Combine(trained.Folder, "judge.zip");
        ML.Model.Save(trained.Gan, trained.Moons.Schema, path);
        ITransformer judge = ML.Model.Load(path, out _);
        Assert.Null(DcganGenerator.TryFromModel(ML, judge));
        Assert.Contains("not the generator of a DCGAN", Assert.Throws<ArgumentException>(() => DcganGenerator.FromModel(ML, judge)).Message);
        (judge as IDisposable)?.Dispose();
    }

    [Fact]
    public void Rows_in_parallel_and_in_batches_give_what_single_rows_give()
    {
        float[] all = Realness(trained.Gan.Transform(trained.Moons));
        float[] one = [.. Enumerable.Range(1, 23).AsParallel().AsOrdered().Select(row => Realness(trained.Gan.Transform(ML.Data.TakeRows(ML.Data.SkipRows(trained.Moons, row), 1)))[0])];
        Assert.Equal(all.Skip(1).Select(p => (double)p), one.Select(p => (double)p), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [PythonTheory(PythonOnnx.Module)]
    [InlineData("generator.onnx")]
    [InlineData("discriminator.onnx")]
    public void Saved_files_pass_the_checker_of_ONNX_with_strict_shape_inference(string name) =>
        Assert.Null(PythonOnnx.Complaint(Path.Combine(trained.Folder, name)));

    [BrowserFact]
    public void Both_files_give_the_same_numbers_in_a_browser()
    {
        Random random = new(3);
        SameNumbers.Assert(OnnxRuntimeWeb.Run, Path.Combine(trained.Folder, "generator.onnx"), [3, 5], [.. Enumerable.Range(0, 15).Select(_ => 2 * random.NextSingle() - 1)]);
        SameNumbers.Assert(OnnxRuntimeWeb.Run, Path.Combine(trained.Folder, "discriminator.onnx"), [3, 1, 32, 32], [.. Enumerable.Range(0, 3072).Select(_ => 4 * random.NextSingle())]);
    }

    private static float[] Realness(IDataView rows) => [.. rows.GetColumn<float[]>("Realness").Select(p => p[0])];

    private static byte[] Pixels(IDataView rows) => [.. rows.GetColumn<MLImage>("Image").SelectMany(picture => picture.Pixels.ToArray())];
}
