using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Training.Pipelines;

/// <summary>What a model and its pictures outlive: engines, Fit, Transform.</summary>
public sealed class LifetimeTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();
    private readonly Patterns.Row[] kept = [.. Patterns.Rows(12)];

    public void Dispose() => folder.Dispose();

    private AlexNetTransformer Fit() => ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
    {
        Network = AlexNetNetwork.Compact,
        ImageSize = Patterns.Size,
        Epochs = 1,
        BatchSize = 4,
        Seed = 5,
        NumberOfThreads = 1,
    }).Fit(ml.Data.LoadFromEnumerable(kept));

    private float[][] Scores(ITransformer model) => [.. model.Transform(ml.Data.LoadFromEnumerable(kept)).GetColumn<float[]>("Score")];

    [Fact]
    public void A_model_is_saved_whole_after_an_engine_that_owned_it()
    {
        AlexNetTransformer model = Fit();
        float[][] expected = Scores(model);
        using (PredictionEngine<Patterns.Row, Answer> engine = ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model))
            Assert.Equal(expected[3], engine.Predict(kept[3]).Score);
        ml.Model.Save(model, ml.Data.LoadFromEnumerable(kept).Schema, folder.File("model.zip"));
        Assert.Equal(expected, Scores(ml.Model.Load(folder.File("model.zip"), out _)));
        model.Dispose();
        Assert.Contains("save it before", Assert.Throws<ObjectDisposedException>(() => ml.Model.Save(model, null, Stream.Null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_model_says_so_wherever_it_is_asked()
    {
        AlexNetTransformer model = Fit();
        IDataView before = model.Transform(ml.Data.LoadFromEnumerable(kept));
        PredictionEngine<Patterns.Row, Answer> first = ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model);
        PredictionEngine<Patterns.Row, Answer> second = ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model);
        first.Dispose();
        foreach (Action use in (Action[])[() => model.Transform(before), () => second.Predict(kept[0]), () => _ = before.GetColumn<float[]>("Score").ToArray(), () => ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model)])
        {
            Exception error = Assert.ThrowsAny<Exception>(use);
            Assert.Contains("OwnsTransformer = false", Assert.IsType<ObjectDisposedException>(error.GetBaseException()).Message, StringComparison.Ordinal);
        }
        model.Dispose();
    }

    [Fact]
    public void An_engine_that_does_not_own_the_model_leaves_it()
    {
        using AlexNetTransformer model = Fit();
        float[][] expected = Scores(model);
        PredictionEngineOptions options = new() { OwnsTransformer = false };
        for (int engines = 0; engines < 4; engines++)
        {
            using PredictionEngine<Patterns.Row, Answer> engine = ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model, options);
            Assert.Equal(expected[engines], engine.Predict(kept[engines]).Score);
        }
        Assert.Equal(expected, Scores(model));
    }

    [Fact]
    public void Pictures_in_memory_of_the_networks_own_size_survive_training_and_scoring()
    {
        byte[][] pixels = [.. kept.Select(row => row.Image.Pixels.ToArray())];
        using AlexNetTransformer model = Fit();
        float[][] once = Scores(model), twice = Scores(model);
        Assert.Equal(once, twice);
        Assert.Equal(pixels, kept.Select(row => row.Image.Pixels.ToArray()));
        // Read lazily, they give the same.
        Assert.Equal(once, model.Transform(Patterns.View(ml, kept.Length)).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Features_of_pictures_in_memory_may_be_taken_twice()
    {
        byte[][] pixels = [.. kept.Select(row => row.Image.Pixels.ToArray())];
        IDataView rows = ml.Data.LoadFromEnumerable(kept);
        using FeatureExtractor extractor = FeatureExtractor.RandomProjections(ml, rows, imageSize: Patterns.Size);
        float[][] once = [.. extractor.Transform(rows).GetColumn<float[]>("Features")];
        Assert.Equal(once, extractor.Transform(rows).GetColumn<float[]>("Features"));
        Assert.Equal(pixels, kept.Select(row => row.Image.Pixels.ToArray()));
    }

    [Fact]
    public void A_GAN_and_a_VAE_leave_pictures_in_memory_as_they_were()
    {
        Sized[] own = [.. Enumerable.Range(0, 12).Select(i => new Sized { Image = MLImage.CreateFromPixels(32, 32, MLPixelFormat.Bgra32, [.. Enumerable.Range(0, 4096).Select(p => (byte)(p * (i + 1)))]) })];
        byte[][] pixels = [.. own.Select(row => row.Image!.Pixels.ToArray())];
        IDataView rows = ml.Data.LoadFromEnumerable(own);
        using (DcganTransformer gan = ml.Generative.Trainers.Dcgan(new DcganTrainer.Options
        {
            Network = DcganNetwork.Mnist32,
            ImageSize = 32,
            Width = 8,
            LatentDimension = 6,
            Steps = 2,
            BatchSize = 4,
            Seed = 5,
            NumberOfThreads = 1,
            ValidationSet = rows,
        }).Fit(rows))
        {
            Assert.Equal(gan.Transform(rows).GetColumn<float[]>("Realness"), gan.Transform(rows).GetColumn<float[]>("Realness"));
        }
        using (VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options { ImageSize = 32, LatentDimension = 2, Epochs = 1, Seed = 1, NumberOfThreads = 1 }).Fit(rows))
        {
            Assert.Equal(vae.Encoder.Transform(rows).GetColumn<float[]>("Latent"), vae.Transform(rows).GetColumn<float[]>("Latent"));
            Assert.Equal(vae.Evaluate(rows), vae.Evaluate(rows));
        }
        Assert.Equal(pixels, own.Select(row => row.Image!.Pixels.ToArray()));
    }

    [Fact]
    public void A_part_of_a_disposed_model_says_so()
    {
        VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options { ImageSize = Patterns.Size, LatentDimension = 2, Epochs = 1, Seed = 1, NumberOfThreads = 1 }).Fit(ml.Data.LoadFromEnumerable(kept));
        ITransformer decoder = vae.Decoder;
        IDataView latent = ml.Generative.SampleLatent(3, 2);
        Assert.Equal(3, decoder.Transform(latent).GetColumn<MLImage>("Image").Count());
        vae.Dispose();
        Assert.Contains("OwnsTransformer = false", Assert.Throws<ObjectDisposedException>(() => decoder.Transform(latent)).Message, StringComparison.Ordinal);
        Assert.Contains("save it before", Assert.Throws<ObjectDisposedException>(() => ml.Model.Save(decoder, latent.Schema, Stream.Null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_whose_model_was_disposed_of_is_not_saved_and_says_so()
    {
        EstimatorChain<ITransformer> pipeline = ml.Transforms.CopyColumns("Copy", "Number").Append((IEstimator<ITransformer>)ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
        {
            Network = AlexNetNetwork.Compact,
            ImageSize = Patterns.Size,
            Epochs = 1,
            BatchSize = 4,
            NumberOfThreads = 1,
        }));
        TransformerChain<ITransformer> chain = pipeline.Fit(ml.Data.LoadFromEnumerable(kept));
        ((AlexNetTransformer)chain.LastTransformer).Dispose();
        string path = folder.File("chain.zip");
        Assert.Contains("save it before", Assert.Throws<ObjectDisposedException>(() => ml.Model.Save(chain, null, path)).Message, StringComparison.Ordinal);
        // Through a temporary file, as the command line saves, nothing is left and what was there stays.
        File.WriteAllText(path, "the last model");
        Assert.Throws<ObjectDisposedException>(() => SafeFile.Write(path, unfinished => ml.Model.Save(chain, null, unfinished)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal("the last model", File.ReadAllText(path));
    }

    [Fact]
    public void A_chain_of_a_file_that_is_gone_says_which()
    {
        using MLNetGen.SuperResolution.SuperResolutionNetwork network = new(SuperResolutionArchitecture.Paper, factor: 2, width: 2);
        network.eval();
        SuperResolutionTransformer enlarge;
        using (OnnxFiles files = SuperResolutionTrainer.Export(network, new() { Factor = 2, Width = 2, Architecture = SuperResolutionArchitecture.Paper }))
            files.CopyTo(folder.Path);
        enlarge = SuperResolutionTransformer.Load(ml, folder.Path, numberOfThreads: 1);
        ITransformer chain = enlarge.ToFixedSize(8, 8);
        ml.Model.Save(chain, null, Stream.Null);
        File.Delete(folder.File("upscaler-uint8.onnx"));
        Assert.Contains("upscaler-uint8.onnx' is gone", Assert.Throws<FileNotFoundException>(() => ml.Model.Save(chain, null, Stream.Null)).Message, StringComparison.Ordinal);
        enlarge.Dispose();
    }

    [Fact]
    public void A_row_without_a_picture_is_named_when_scored()
    {
        using AlexNetTransformer model = Fit();
        kept[7] = new Patterns.Row { Image = null!, Label = "down", Number = 0, OneHot = [1, 0, 0] };
        InvalidDataException error = Assert.IsType<InvalidDataException>(Assert.ThrowsAny<Exception>(() => Scores(model)).GetBaseException());
        Assert.Contains("row 7 of column 'Image' has no picture", error.Message, StringComparison.Ordinal);
        using PredictionEngine<Patterns.Row, Answer> engine = ml.Model.CreatePredictionEngine<Patterns.Row, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false });
        Assert.Contains("of column 'Image' has no picture", Assert.ThrowsAny<Exception>(() => engine.Predict(kept[7])).GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_was_disposed_of_is_named()
    {
        using AlexNetTransformer model = Fit();
        kept[4].Image.Dispose();
        Assert.Contains("the picture in row 4 of column 'Image' was disposed of", Assert.ThrowsAny<Exception>(() => Scores(model)).GetBaseException().Message, StringComparison.Ordinal);
    }

    private sealed class Sized
    {
        [Microsoft.ML.Transforms.Image.ImageType(32, 32)]
        public MLImage? Image { get; set; }
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
