using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Vae;

/// <summary>A VAE trained once, in ordinary ML.NET pipelines.</summary>
public sealed class VaePipelineTests(VaePipelineTests.Trained trained) : IClassFixture<VaePipelineTests.Trained>
{
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            Moons = ML.Images.MoonPhases(48, size: 16);
            Vae = ML.Generative.Trainers.Vae(Options).Fit(Moons);
            ML.Model.Save(Vae, Moons.Schema, Saved);
        }

        public MLContext ML { get; } = new(seed: 1);

        public IDataView Moons { get; }

        public VaeTransformer Vae { get; }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Saved => Path.Combine(Folder, "vae.zip");

        public static VaeTrainer.Options Options => new() { LatentDimension = 3, Epochs = 2, BatchSize = 16, Seed = 1, NumberOfThreads = 1 };

        public void Dispose()
        {
            Vae.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private MLContext ML => trained.ML;

    [Fact]
    public void Transform_adds_latent_reconstruction_and_error_and_nothing_else()
    {
        DataViewSchema schema = trained.Vae.Transform(trained.Moons).Schema;
        string[] added = [.. schema.Where(c => !c.IsHidden).Select(c => c.Name).Except(trained.Moons.Schema.Select(c => c.Name))];
        Assert.Equal(["Latent", "LatentLogVariance", "Reconstruction", "ReconstructionError"], added.Order());
        Assert.Equal(3, ((VectorDataViewType)schema["Latent"].Type).Size);
        Assert.Equal(3, ((VectorDataViewType)schema["LatentLogVariance"].Type).Size);
        Assert.Equal(1, ((VectorDataViewType)schema["ReconstructionError"].Type).Size);
        var image = Assert.IsType<ImageDataViewType>(schema["Reconstruction"].Type);
        Assert.Equal((16, 16), (image.Width, image.Height));
    }

    [Fact]
    public void Reconstruction_error_is_the_mean_square_between_picture_and_reconstruction()
    {
        foreach (Coded row in Rows(trained.Vae.Transform(trained.Moons)))
        {
            byte[] picture = Red(row.Image!), again = Red(row.Reconstruction!);
            double expected = picture.Zip(again, (a, b) => Math.Pow((a - b) / 255.0, 2)).Average();
            // The picture's bytes are rounded, the network's output is not.
            Assert.Equal(expected, row.ReconstructionError[0], 2e-3);
        }
    }

    [Fact]
    public void The_saved_model_gives_the_same_latents_and_pictures()
    {
        ITransformer loaded = ML.Model.Load(trained.Saved, out _);
        foreach ((Coded a, Coded b) in Rows(trained.Vae.Transform(trained.Moons)).Zip(Rows(loaded.Transform(trained.Moons))))
        {
            Assert.Equal(a.Latent, b.Latent);
            Assert.Equal(a.LatentLogVariance, b.LatentLogVariance);
            Assert.Equal(Red(a.Reconstruction!), Red(b.Reconstruction!));
            Assert.Equal(a.ReconstructionError, b.ReconstructionError);
        }
    }

    [Fact]
    public void The_saved_model_is_a_chain_of_mlnets_own_transformers()
    {
        var chain = Assert.IsAssignableFrom<IEnumerable<ITransformer>>(ML.Model.Load(trained.Saved, out _));
        Assert.All(Flatten(chain), t => Assert.StartsWith("Microsoft.ML", t.GetType().FullName));

        static IEnumerable<ITransformer> Flatten(IEnumerable<ITransformer> all) =>
            all.SelectMany(t => t is IEnumerable<ITransformer> inner ? Flatten(inner) : [t]);
    }

    [Fact]
    public void Decoder_of_saved_model_gives_the_same_pictures()
    {
        using VaeTransformer again = VaeTransformer.FromModel(ML, ML.Model.Load(trained.Saved, out _));
        Assert.Equal(3, again.LatentDimension);
        IDataView latent = ML.Generative.SampleLatent(9, 3, seed: 4);
        byte[][] expected = Decoded(trained.Vae, latent), actual = Decoded(again, latent);
        Assert.Equal(9, expected.Length);
        Assert.Equal(expected, actual);
        Assert.True(expected.Distinct(ByteArrays.Comparer).Count() > 1);
    }

    [Fact]
    public void Encoder_and_decoder_chained_are_the_reconstruction()
    {
        IDataView coded = trained.Vae.Encoder.Transform(trained.Moons);
        Assert.DoesNotContain(coded.Schema, c => !c.IsHidden && c.Name.StartsWith("mlnetgen.", StringComparison.Ordinal));
        byte[][] chained = Decoded(trained.Vae, coded);
        byte[][] whole = [.. Rows(trained.Vae.Transform(trained.Moons)).Select(r => Red(r.Reconstruction!))];
        Assert.Equal(whole, chained);
    }

    [Fact]
    public void Evaluation_of_the_saved_model_is_the_trainings()
    {
        using VaeTransformer again = VaeTransformer.FromModel(ML, ML.Model.Load(trained.Saved, out _));
        VaeTrainer.Options options = Trained.Options;
        options.ValidationSet = trained.Moons;
        using VaeTransformer judged = ML.Generative.Trainers.Vae(options).Fit(trained.Moons);
        VaeMetrics training = judged.Epochs[^1].Test!, saved = again.Evaluate(trained.Moons);
        Assert.Equal(training.Reconstruction, saved.Reconstruction, 0.01);
        Assert.Equal(training.Kl, saved.Kl, 0.001);
        Assert.Equal(saved.Reconstruction + saved.Kl, saved.NegativeElbo, 9);
    }

    [Fact]
    public void A_model_that_is_not_a_vae_is_refused_naming_what_is_in_it()
    {
        ITransformer copy = ML.Transforms.CopyColumns("Copy", "Image").Fit(trained.Moons);
        var error = Assert.Throws<ArgumentException>(() => VaeTransformer.FromModel(ML, copy));
        Assert.Contains("ColumnCopyingTransformer", error.Message);
    }

    [Fact]
    public void PredictionEngine_scores_one_picture_as_the_view_does()
    {
        using PredictionEngine<Photo, Coded> engine = ML.Model.CreatePredictionEngine<Photo, Coded>(ML.Model.Load(trained.Saved, out _));
        foreach (Coded row in Rows(trained.Vae.Transform(trained.Moons)).Take(5))
        {
            Coded one = engine.Predict(new Photo { Image = row.Image });
            Assert.Equal(row.Latent, one.Latent);
            Assert.Equal(Red(row.Reconstruction!), Red(one.Reconstruction!));
        }
    }

    // Vectors: ML.NET's Cache and ShuffleRows leave picture columns out.
    [Fact]
    public void In_the_middle_of_a_chain_on_cached_and_shuffled_rows_it_fits_saves_loads_and_predicts()
    {
        int read = 0;
        IEnumerable<VectorRow> Source()
        {
            var values = new Random(2);
            for (int i = 0; i < 40; i++)
            {
                read++;
                yield return new VectorRow { Features = [.. Enumerable.Range(0, 6).Select(_ => values.NextSingle())] };
            }
        }
        IDataView rows = ML.Data.ShuffleRows(ML.Data.Cache(ML.Data.LoadFromEnumerable(Source())), seed: 3);
        var pipeline = ML.Transforms.CopyColumns("Copy", "Features")
            .Append(ML.Generative.Trainers.Vae(new VaeTrainer.Options
            {
                InputColumnName = "Copy",
                LatentDimension = 3,
                Epochs = 1,
                BatchSize = 16,
                Seed = 1,
                NumberOfThreads = 1,
            }))
            .Append(ML.Transforms.CopyColumns("Code", "Latent"));
        using TransformerChain<Microsoft.ML.Transforms.ColumnCopyingTransformer> model = pipeline.Fit(rows);
        Assert.Equal(40, read);

        string path = Path.Combine(trained.Folder, "chain.zip");
        ML.Model.Save(model, rows.Schema, path);
        ITransformer loaded = ML.Model.Load(path, out _);
        float[][] expected = [.. model.Transform(rows).GetColumn<float[]>("Code")];
        float[][] codes = [.. loaded.Transform(rows).GetColumn<float[]>("Code")];
        Assert.Equal(expected, codes);
        Assert.Equal(40, read);

        using PredictionEngine<VectorRow, CodeRow> engine = ML.Model.CreatePredictionEngine<VectorRow, CodeRow>(loaded);
        VectorRow first = ML.Data.CreateEnumerable<VectorRow>(rows, reuseRowObject: false).First();
        Assert.Equal(expected[0], engine.Predict(first).Code);
    }

    [Fact]
    public void The_shape_told_before_fitting_is_the_schema_after_it()
    {
        IEstimator<ITransformer> trainer = ML.Generative.Trainers.Vae(Trained.Options);
        SchemaShape input = ML.Transforms.CopyColumns("Copy", "Phase").GetOutputSchema(SchemaShapes.Of(ML, trained.Moons.Schema));
        SchemaShape told = trainer.GetOutputSchema(input);
        SchemaShape found = SchemaShapes.Of(ML, trained.Vae.Transform(ML.Transforms.CopyColumns("Copy", "Phase").Fit(trained.Moons).Transform(trained.Moons)).Schema);
        Assert.Equal(
            found.Select(c => (c.Name, c.Kind, c.ItemType.RawType, c.IsKey)).Order(),
            told.Select(c => (c.Name, c.Kind, c.ItemType.RawType, c.IsKey)).Order());
    }

    [Fact]
    public void Only_the_columns_asked_for_are_computed()
    {
        int decoded = 0;
        IDataView counted = ML.Transforms.CustomMapping<Nothing, Drawn>(
            (_, row) =>
            {
                decoded++;
                row.Image = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Bgra32, new byte[16 * 16 * 4]);
            },
            null).Fit(trained.Moons).Transform(trained.Moons);
        IDataView scored = trained.Vae.Transform(counted);
        Assert.Equal(48, scored.GetColumn<float>("Phase").Count());
        Assert.Equal(0, decoded);
        Assert.Equal(48, scored.GetColumn<float[]>("Latent").Count());
        Assert.Equal(48, decoded);
    }

    [Fact]
    public void Several_cursors_at_once_score_as_one_does()
    {
        IDataView scored = trained.Vae.Transform(trained.Moons);
        float[][] expected = [.. scored.GetColumn<float[]>("Latent")];
        float[][][] found = new float[4][][];
        Parallel.For(0, found.Length, i => found[i] = [.. scored.GetColumn<float[]>("Latent")]);
        Assert.All(found, latents => Assert.Equal(expected, latents));
    }

    [Fact]
    public void The_training_pixels_are_the_served_ones()
    {
        PictureInput input = PictureInput.Decide(ML, trained.Moons, "Image", 12, 3, ImageResizingEstimator.ResizingKind.IsoCrop);
        using var raw = input.Read(trained.Moons, CancellationToken.None);
        float[][] served = [.. input.ToPixels().Fit(trained.Moons).Transform(trained.Moons).GetColumn<float[]>(NetworkInput.Pixels)];
        Assert.Equal([served.Length, 3, 12, 12], raw.shape);
        byte[] bytes = raw.data<byte>().ToArray();
        Assert.Equal(bytes, served.SelectMany(row => row.Select(v => (byte)Math.Round(v * 255))));
        Assert.True(bytes.Distinct().Count() > 10);
    }

    [Fact]
    public void A_vector_column_is_coded_and_reconstructed_as_vectors()
    {
        var random = new Random(1);
        VectorRow[] rows = [.. Enumerable.Range(0, 40).Select(_ => new VectorRow { Features = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle())] })];
        IDataView view = ML.Data.LoadFromEnumerable(rows);
        using VaeTransformer vae = ML.Generative.Trainers.Vae(new VaeTrainer.Options
        {
            InputColumnName = "Features",
            LatentDimension = 2,
            Epochs = 2,
            Likelihood = VaeLikelihood.Gaussian,
            Seed = 1,
        }).Fit(view);
        IDataView scored = vae.Transform(view);
        Assert.Equal(["Features", "Latent", "LatentLogVariance", "Reconstruction", "ReconstructionError"], scored.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order());
        float[][] again = [.. scored.GetColumn<float[]>("Reconstruction")];
        Assert.Equal(40, again.Length);
        Assert.All(again, v => Assert.Equal(6, v.Length));
        float[] errors = [.. scored.GetColumn<float[]>("ReconstructionError").Select(e => e[0])];
        double expected = rows[7].Features.Zip(again[7], (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.Equal(expected, errors[7], 1e-5);
    }

    [Fact]
    public void Onnx_files_are_written_and_hold_nothing_random()
    {
        string folder = Path.Combine(trained.Folder, "onnx");
        trained.Vae.SaveOnnx(folder);
        foreach (string name in (string[])["encoder.onnx", "decoder.onnx", "vae.onnx"])
        {
            string path = Path.Combine(folder, name);
            using Microsoft.ML.OnnxRuntime.InferenceSession session = new(path);
            Assert.Equal("vae", session.ModelMetadata.CustomMetadataMap["family"]);
            Assert.DoesNotContain("Random", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        }
        Assert.InRange(trained.Vae.OnnxParity!.Encoder, 0, 1e-4);
        Assert.InRange(trained.Vae.OnnxParity.Decoder, 0, 1e-4);
    }

    [Fact]
    public void Disposing_deletes_the_temporary_files()
    {
        VaeTransformer vae = Fit();
        string file = vae.Files!["encoder.onnx"];
        Assert.True(File.Exists(file));
        vae.Dispose();
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Fact]
    public void A_decoder_kept_alone_is_saved_and_loaded()
    {
        ITransformer decoder = DecoderAlone();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        IDataView latent = ML.Generative.SampleLatent(3, 3);
        string path = Path.Combine(trained.Folder, "decoder.zip");
        ML.Model.Save(decoder, latent.Schema, path);
        Assert.Equal(3, ML.Data.CreateEnumerable<Drawn>(ML.Model.Load(path, out _).Transform(latent), reuseRowObject: false).Count());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        ITransformer DecoderAlone() => Fit().Decoder;
    }

    [Fact]
    public void Vectors_given_as_pictures_become_pictures()
    {
        var random = new Random(1);
        SquareRow[] rows = [.. Enumerable.Range(0, 20).Select(_ => new SquareRow { pixels = [.. Enumerable.Range(0, 144).Select(_ => random.NextSingle())] })];
        IDataView view = ML.Data.LoadFromEnumerable(rows);
        VaeTrainer.Options options = Trained.Options;
        options.InputColumnName = "pixels";
        options.ImageSize = 12;
        var pipeline = ML.Generative.Trainers.Vae(options).Append(ML.Transforms.ResizeImages("Small", 6, 6, "Reconstruction"));
        DataViewSchema schema = pipeline.Fit(view).Transform(view).Schema;
        Assert.Equal(12, ((ImageDataViewType)schema["Reconstruction"].Type).Width);
        // A user's own column keeps its name, whatever the pipeline calls its own.
        Assert.Contains(schema, c => c.Name == "pixels" && !c.IsHidden);
        using VaeTransformer vae = ML.Generative.Trainers.Vae(options).Fit(view);
        Assert.Equal(20, vae.Encoder.Transform(view).GetColumn<float[]>("Latent").Count());
    }

    [Fact]
    public void Pictures_of_the_callers_own_are_still_there_after_Fit()
    {
        using MLImage picture = MLImage.CreateFromPixels(20, 20, MLPixelFormat.Bgra32, [.. Enumerable.Range(0, 1600).Select(i => (byte)i)]);
        IDataView view = ML.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(_ => new Photo20 { Image = picture }).ToArray());
        VaeTrainer.Options options = Trained.Options;
        options.ImageSize = 16;
        ML.Generative.Trainers.Vae(options).Fit(view).Dispose();
        Assert.Equal(20, picture.Width);
        ML.Images.SaveGrid(view, "Image", Path.Combine(trained.Folder, "own.png"));
        Assert.Equal(20, picture.Width);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(16, 3)]
    public void A_row_without_a_picture_is_named(int size, int channels)
    {
        using MLImage picture = MLImage.CreateFromPixels(20, 20, MLPixelFormat.Bgra32, new byte[1600]);
        IDataView view = ML.Data.LoadFromEnumerable(new Photo20[] { new() { Image = picture }, new() { Image = picture }, new() });
        VaeTrainer.Options options = Trained.Options;
        (options.ImageSize, options.Channels) = (size, channels);
        var error = Assert.Throws<InvalidDataException>(() => ML.Generative.Trainers.Vae(options).Fit(view));
        Assert.Contains("row 2 of column 'Image' has no picture", error.Message);
    }

    [Fact]
    public void Pictures_of_mixed_sizes_are_resized()
    {
        (int Width, int Height)[] sizes = [(20, 20), (31, 17), (12, 40)];
        MLImage[] pictures = [.. sizes.Select(s => MLImage.CreateFromPixels(s.Width, s.Height, MLPixelFormat.Bgra32, new byte[s.Width * s.Height * 4]))];
        IDataView view = ML.Data.LoadFromEnumerable(pictures.Select(p => new Photo20 { Image = p }).ToArray());
        VaeTrainer.Options options = Trained.Options;
        using VaeTransformer vae = ML.Generative.Trainers.Vae(options).Fit(view);
        var type = (ImageDataViewType)vae.Transform(view).Schema["Reconstruction"].Type;
        Assert.Equal((20, 20), (type.Width, type.Height));
    }

    private VaeTransformer Fit()
    {
        VaeTrainer.Options options = Trained.Options;
        options.Epochs = 1;
        return ML.Generative.Trainers.Vae(options).Fit(trained.Moons);
    }

    private IEnumerable<Coded> Rows(IDataView view) => ML.Data.CreateEnumerable<Coded>(view, reuseRowObject: false, ignoreMissingColumns: true);

    private byte[][] Decoded(VaeTransformer vae, IDataView latent) =>
        [.. ML.Data.CreateEnumerable<Drawn>(vae.Decoder.Transform(latent), reuseRowObject: false).Select(r => Red(r.Image!))];

    private static byte[] Red(MLImage image)
    {
        Picture picture = Picture.FromImage(image);
        return [.. picture.Pixels.Where((_, i) => i % picture.Channels == 0)];
    }

    private sealed class Photo
    {
        public MLImage? Image { get; set; }
    }

    private sealed class Drawn
    {
        public MLImage? Image { get; set; }
    }

    private sealed class Coded
    {
        public MLImage? Image { get; set; }

        public float[] Latent { get; set; } = [];

        public float[] LatentLogVariance { get; set; } = [];

        public MLImage? Reconstruction { get; set; }

        public float[] ReconstructionError { get; set; } = [];
    }

    private sealed class Nothing;

    private sealed class Photo20
    {
        [ImageType(20, 20)]
        public MLImage? Image { get; set; }
    }

    private sealed class SquareRow
    {
        [VectorType(144)]
        public float[] pixels { get; set; } = [];
    }

    private sealed class CodeRow
    {
        public float[] Code { get; set; } = [];
    }

    private sealed class VectorRow
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }
}
