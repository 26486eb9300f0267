using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Onnx;
using TorchSharp;

namespace MLNetGen.Tests.Vae;

public sealed class VaeTrainerTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string workspace = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    private static VaeTrainer.Options Quick => new()
    {
        Architecture = VaeArchitecture.Mlp,
        LatentDimension = 4,
        ImageSize = 16,
        Epochs = 3,
        BatchSize = 16,
        Seed = 5,
        NumberOfThreads = 1,
    };

    [Fact]
    public void Training_lowers_negative_elbo_below_that_of_a_blind_guess()
    {
        IDataView moons = ml.Images.MoonPhases(300);
        VaeTrainer.Options options = Quick;
        options.Epochs = 15;
        using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(moons);
        double first = vae.Epochs[0].Train.NegativeElbo, last = vae.Epochs[^1].Train.NegativeElbo;
        // A network that knows nothing says one half everywhere: ln 2 nats a pixel.
        double blind = 16 * 16 * Math.Log(2);
        Assert.True(last < first && last < 0.7 * blind, $"first {first}, last {last}, blind {blind}");
        Assert.All(vae.Epochs, e => Assert.Equal(e.Train.Reconstruction + e.Train.Kl, e.Train.NegativeElbo, 9));
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures_and_another_gives_others()
    {
        IDataView moons = ml.Images.MoonPhases(60);
        VaeMetrics Last(int seed)
        {
            VaeTrainer.Options options = Quick;
            options.Seed = seed;
            using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(moons);
            return vae.Epochs[^1].Train;
        }
        Assert.Equal(Last(5), Last(5));
        Assert.NotEqual(Last(5), Last(6));
    }

    [Fact]
    public void The_seed_comes_from_the_context_where_none_is_given()
    {
        VaeMetrics Last(int seed)
        {
            MLContext context = new(seed);
            VaeTrainer.Options options = Quick;
            options.Seed = null;
            using VaeTransformer vae = context.Generative.Trainers.Vae(options).Fit(context.Images.MoonPhases(40));
            return vae.Epochs[^1].Train;
        }
        Assert.Equal(Last(3), Last(3));
        Assert.NotEqual(Last(3), Last(4));
    }

    [Fact]
    public void A_run_killed_and_resumed_ends_with_the_same_weights_as_one_that_was_not()
    {
        IDataView moons = ml.Images.MoonPhases(100), held = ml.Images.MoonPhases(20, seed: 9);
        VaeTrainer.Options whole = Quick;
        whole.ValidationSet = held;
        whole.Architecture = VaeArchitecture.Convolutional;
        whole.Schedule = LearningRateSchedule.OneCycle;
        using VaeTransformer straight = ml.Generative.Trainers.Vae(whole).Fit(moons);

        using CancellationTokenSource kill = new();
        VaeTrainer.Options killed = Quick;
        killed.ValidationSet = held;
        killed.Architecture = VaeArchitecture.Convolutional;
        killed.Schedule = LearningRateSchedule.OneCycle;
        killed.WorkspacePath = workspace;
        killed.CancellationToken = kill.Token;
        killed.ProgressCallback = p => { if (p is { Epoch: 2, Batch: 3 }) kill.Cancel(); };
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Generative.Trainers.Vae(killed).Fit(moons));

        killed.CancellationToken = default;
        killed.ProgressCallback = null;
        killed.Resume = true;
        using VaeTransformer resumed = ml.Generative.Trainers.Vae(killed).Fit(moons);

        Assert.Equal(straight.Epochs.Select(e => (e.Train, e.Test)), resumed.Epochs.Select(e => (e.Train, e.Test)));
        string a = Path.Combine(workspace, "a"), b = Path.Combine(workspace, "b");
        straight.SaveOnnx(a);
        resumed.SaveOnnx(b);
        Assert.Equal(File.ReadAllBytes(Path.Combine(a, "vae.onnx")), File.ReadAllBytes(Path.Combine(b, "vae.onnx")));
    }

    public static TheoryData<string, VaeTrainer.Options> Variants => new()
    {
        { "Autoencoder", new() { Autoencoder = true } },
        { "KlWarmUpEpochs", new() { Beta = 2, KlWarmUpEpochs = 2.5 } },
        { "FreeBits", new() { FreeBits = 0.5 } },
        { "KlWarmUpEpochs", new() { Beta = 20, Capacity = 4, KlWarmUpEpochs = 2 } },
        { "Likelihood", new() { Likelihood = VaeLikelihood.Gaussian, LearnDeviation = true } },
        { "Likelihood", new() { Likelihood = VaeLikelihood.DiscretizedLogistic } },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_resumes_to_the_same_weights_and_not_with_other_settings(string differsFirst, VaeTrainer.Options variant)
    {
        IDataView moons = ml.Images.MoonPhases(60);
        VaeTrainer.Options Options()
        {
            VaeTrainer.Options options = Quick;
            (options.Autoencoder, options.Beta, options.KlWarmUpEpochs, options.FreeBits, options.Capacity, options.Likelihood, options.LearnDeviation) =
                (variant.Autoencoder, variant.Beta, variant.KlWarmUpEpochs, variant.FreeBits, variant.Capacity, variant.Likelihood, variant.LearnDeviation);
            return options;
        }
        using VaeTransformer straight = ml.Generative.Trainers.Vae(Options()).Fit(moons);

        VaeTrainer.Options resuming = Options();
        resuming.WorkspacePath = workspace;
        resuming.Epochs = 2;
        ml.Generative.Trainers.Vae(resuming).Fit(moons).Dispose();
        resuming.Resume = true;
        resuming.Epochs = 3;
        using VaeTransformer resumed = ml.Generative.Trainers.Vae(resuming).Fit(moons);
        Assert.Equal(straight.Epochs.Select(e => (e.Train, e.Deviation)), resumed.Epochs.Select(e => (e.Train, e.Deviation)));
        Assert.Equal(straight.Evaluate(moons), resumed.Evaluate(moons));

        VaeTrainer.Options other = Quick;
        other.WorkspacePath = workspace;
        other.Resume = true;
        other.Beta = variant.Beta;
        var refused = Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(other).Fit(moons));
        Assert.Contains(differsFirst, refused.Message);
    }

    [Fact]
    public void An_autoencoder_reconstructs_better_than_a_vae_and_has_no_kl_and_no_bound()
    {
        IDataView moons = ml.Images.MoonPhases(300);
        double ErrorOf(bool autoencoder)
        {
            VaeTrainer.Options options = Quick;
            (options.Autoencoder, options.Epochs) = (autoencoder, 15);
            using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(moons);
            VaeMetrics metrics = vae.Evaluate(moons);
            Assert.Equal(autoencoder, vae.Epochs.All(e => e.Train.Kl == 0));
            Assert.Equal(autoencoder, metrics.Kl == 0);
            float[][] logVar = [.. vae.Transform(moons).GetColumn<float[]>("LatentLogVariance")];
            Assert.Equal(autoencoder, logVar.All(row => row.All(float.IsNegativeInfinity)));
            if (autoencoder)
                Assert.Throws<InvalidOperationException>(() => vae.Evaluate(moons, importanceSamples: 2));
            return vae.Transform(moons).GetColumn<float[]>("ReconstructionError").Average(error => error[0]);
        }
        Assert.InRange(ErrorOf(autoencoder: true), 0, ErrorOf(autoencoder: false));
    }

    // Noise costs reconstruction, and only the KL term pays for it.
    [Fact]
    public void Without_the_kl_term_the_learnt_variance_collapses()
    {
        IDataView moons = ml.Images.MoonPhases(300);
        double VarianceWith(double beta)
        {
            VaeTrainer.Options options = Quick;
            (options.Beta, options.Epochs) = (beta, 40);
            using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(moons);
            return vae.Transform(moons).GetColumn<float[]>("LatentLogVariance").Average(row => row.Average(logVar => Math.Exp(logVar)));
        }
        double without = VarianceWith(0), with = VarianceWith(1);
        Assert.True(without < 0.02 && with > 0.1, $"{without} without, {with} with");
    }

    [Fact]
    public void Kl_follows_its_capacity()
    {
        VaeTrainer.Options options = Quick;
        (options.Beta, options.Capacity, options.KlWarmUpEpochs, options.Epochs) = (50, 3, 10, 40);
        using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(300));
        Assert.Equal(3, vae.Epochs[^1].Train.Kl, 0.3);
        Assert.True(vae.Epochs[2].Train.Kl < 2, $"{vae.Epochs[2].Train.Kl}");
    }

    // A VAE whose KL is pushed hard to 0 carries nothing; with λ free nats a dimension it carries about that.
    [Fact]
    public void Free_bits_keep_the_code_in_use()
    {
        double KlWith(double freeBits)
        {
            VaeTrainer.Options options = Quick;
            (options.Beta, options.FreeBits, options.Epochs) = (30, freeBits, 20);
            using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(300));
            return vae.Epochs[^1].Train.Kl;
        }
        double without = KlWith(0), with = KlWith(0.5);
        Assert.True(without < 1 && with > 1.5, $"{without} without, {with} with");
    }

    [Theory]
    [InlineData(VaeLikelihood.Gaussian)]
    [InlineData(VaeLikelihood.DiscretizedLogistic)]
    public void A_learnt_deviation_is_in_the_epochs_and_in_the_saved_models_scores(VaeLikelihood likelihood)
    {
        IDataView moons = ml.Images.MoonPhases(100);
        VaeTrainer.Options options = Quick;
        (options.Likelihood, options.LearnDeviation, options.Epochs, options.ValidationSet) = (likelihood, likelihood == VaeLikelihood.Gaussian, 8, moons);
        using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(moons);
        double[] deviations = [.. vae.Epochs.Select(e => e.Deviation!.Value)];
        Assert.NotEqual(deviations[0], deviations[^1]);
        Assert.All(deviations, d => Assert.InRange(d, 0.0025, 1));
        // In training the figures come from the modules, here from the files that a loaded model has.
        VaeMetrics judged = vae.Evaluate(moons), trained = vae.Epochs[^1].Test!;
        Assert.Equal(trained.Reconstruction, judged.Reconstruction, Math.Abs(trained.Reconstruction) * 1e-4);
        Assert.Equal(trained.Kl, judged.Kl, trained.Kl * 1e-3);
        string folder = Path.Combine(workspace, "onnx");
        vae.SaveOnnx(folder);
        Assert.Equal(deviations[^1], double.Parse(OnnxSummary.Read(Path.Combine(folder, "decoder.onnx")).Metadata["deviation"], CultureInfo.InvariantCulture), 6);
    }

    [Fact]
    public void A_checkpoint_of_other_rows_is_refused()
    {
        VaeTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(40)).Dispose();
        options.Resume = true;
        options.Epochs = 4;
        var error = Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(41)));
        Assert.Contains("TrainingRows is 40 there and 41 here", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(40, seed: 2)));
        Assert.Contains("TrainingData", error.Message);
    }

    [Fact]
    public void A_stopped_run_gives_the_model_of_its_last_epoch_with_the_settings_it_had()
    {
        IDataView moons = ml.Images.MoonPhases(40);
        VaeTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        var none = Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).FitFromCheckpoint(moons));
        Assert.Contains(workspace, none.Message);

        using CancellationTokenSource stop = new();
        options.CancellationToken = stop.Token;
        options.MetricsCallback = e => { if (e.Epoch == 2) stop.Cancel(); };
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Generative.Trainers.Vae(options).Fit(moons));
        using VaeTransformer stopped = ml.Generative.Trainers.Vae(options).FitFromCheckpoint(moons);
        Assert.Equal(3, stopped.History!.Settings.Epochs);

        options.LatentDimension = 9;
        var other = Assert.Throws<InvalidOperationException>(() => ml.Generative.Trainers.Vae(options).FitFromCheckpoint(moons));
        Assert.Contains("LatentDimension is 4 there and 9 here", other.Message);

        VaeTrainer.Options two = Quick;
        two.Epochs = 2;
        using VaeTransformer straight = ml.Generative.Trainers.Vae(two).Fit(moons);
        Assert.Equal(straight.Epochs.Select(e => e.Train), stopped.Epochs.Select(e => e.Train));
        Assert.Equal(straight.Evaluate(moons), stopped.Evaluate(moons));
    }

    [Fact]
    public void A_flipped_bit_of_a_checkpoints_weights_is_found_by_its_checksum()
    {
        VaeTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(40)).Dispose();
        string path = Path.Combine(workspace, "checkpoints", "latest.checkpoint");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("network.bin"u8) + 2000] ^= 1;
        File.WriteAllBytes(path, bytes);
        options.Resume = true;
        options.Epochs = 4;
        var error = Assert.Throws<InvalidDataException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(40)));
        Assert.Contains("latest.checkpoint", error.Message);
        Assert.Contains("its checksum is ", Assert.IsType<InvalidDataException>(error.InnerException).Message);
    }

    [Fact]
    public void Two_fits_at_once_give_the_figures_of_one()
    {
        IDataView moons = ml.Images.MoonPhases(60);
        VaeMetrics Last()
        {
            using VaeTransformer vae = new MLContext(1).Generative.Trainers.Vae(Quick).Fit(moons);
            return vae.Epochs[^1].Train;
        }
        VaeMetrics alone = Last();
        VaeMetrics[] together = new VaeMetrics[2];
        Parallel.For(0, 2, i => together[i] = Last());
        Assert.All(together, m => Assert.Equal(alone, m));
    }

    [Fact]
    public void A_loss_that_becomes_NaN_ends_training_with_the_last_good_epoch_and_says_when()
    {
        IDataView moons = ml.Images.MoonPhases(64);
        VaeTrainer.Options options = Quick;
        options.Epochs = 2;
        using VaeTransformer two = ml.Generative.Trainers.Vae(options).Fit(moons);

        options.Epochs = 5;
        options.WorkspacePath = workspace;
        // An infinite objective after the second epoch: its gradient makes every weight NaN.
        options.MetricsCallback = finished => options.Beta = finished.Epoch == 2 ? 1e300 : 1;
        List<string> said = [];
        ml.Log += (_, e) => said.Add(e.Message);
        using VaeTransformer stopped = ml.Generative.Trainers.Vae(options).Fit(moons);

        Assert.Contains("epoch 3, step 2", stopped.Stopped);
        Assert.Contains("epoch 2 is kept", stopped.Stopped);
        Assert.Contains("LearningRate", stopped.Stopped);
        Assert.Contains(said, m => m.Contains("became NaN", StringComparison.Ordinal));
        Assert.Equal(two.Epochs.Select(e => e.Train), stopped.Epochs.Select(e => e.Train));
        Assert.Equal(two.Evaluate(moons), stopped.Evaluate(moons));
    }

    // TorchSharp counts a parameter's tensor twice and takes it off once, so that every network leaves a constant behind.
    [Fact]
    public void Tensors_alive_after_Fit_do_not_grow_with_the_steps_it_took()
    {
        IDataView moons = ml.Images.MoonPhases(40);
        long Left(int epochs)
        {
            VaeTrainer.Options options = Quick;
            options.Epochs = epochs;
            long before = Count();
            ml.Generative.Trainers.Vae(options).Fit(moons).Dispose();
            return Count() - before;
        }
        Assert.Equal(Left(1), Left(20));

        static long Count()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return torch.Tensor.TotalCount;
        }
    }

    [Fact]
    public void Fit_leaves_the_random_state_and_thread_count_as_they_were()
    {
        torch.manual_seed(3);
        int threads = torch.get_num_threads();
        using torch.Tensor expected = torch.rand(4);
        torch.manual_seed(3);
        ml.Generative.Trainers.Vae(Quick).Fit(ml.Images.MoonPhases(20)).Dispose();
        using torch.Tensor actual = torch.rand(4);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
        Assert.Equal(threads, torch.get_num_threads());
    }

    [Fact]
    public void A_column_that_is_absent_is_named_with_those_that_are_there()
    {
        VaeTrainer.Options options = Quick;
        options.InputColumnName = "Picture";
        var error = Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(4)));
        Assert.Contains("'Picture'", error.Message);
        Assert.Contains("'Image'", error.Message);
    }

    [Fact]
    public void A_column_of_another_type_is_refused_with_its_type()
    {
        VaeTrainer.Options options = Quick;
        options.InputColumnName = "Label";
        var error = Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(4)));
        Assert.Contains("MLImage", error.Message);
    }

    [Theory]
    [InlineData(float.NaN, "missing values")]
    [InlineData(float.PositiveInfinity, "[0, 1]")]
    [InlineData(1.5f, "NormalizeMinMax")]
    public void A_vector_value_outside_the_range_is_named_by_row_and_slot(float bad, string says)
    {
        VectorRow[] rows = [.. Enumerable.Range(0, 5).Select(_ => new VectorRow { Features = [0, 0.5f, 1, 0.25f] })];
        rows[3].Features[2] = bad;
        VaeTrainer.Options options = new() { InputColumnName = "Features", LatentDimension = 2, Epochs = 1, Seed = 1 };
        var error = Assert.Throws<InvalidDataException>(() => ml.Generative.Trainers.Vae(options).Fit(ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("row 3", error.Message);
        Assert.Contains("slot 2", error.Message);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void No_rows_is_an_error_before_training()
    {
        IDataView none = ml.Data.FilterRowsByColumn(ml.Images.MoonPhases(10), "Phase", lowerBound: 5);
        var error = Assert.ThrowsAny<ArgumentException>(() => ml.Generative.Trainers.Vae(Quick).Fit(none));
        Assert.Contains("no rows", error.Message);
    }

    [Fact]
    public void Every_epoch_leaves_a_checkpoint_and_its_pictures()
    {
        VaeTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        ml.Generative.Trainers.Vae(options).Fit(ml.Images.MoonPhases(40)).Dispose();
        Assert.True(File.Exists(Path.Combine(workspace, "checkpoints", "latest.checkpoint")));
        foreach (string kind in (string[])["samples", "reconstructions"])
        {
            string[] pictures = [.. Directory.GetFiles(Path.Combine(workspace, kind)).Order()];
            Assert.Equal(["epoch-001.png", "epoch-002.png", "epoch-003.png"], pictures.Select(Path.GetFileName));
            using MLImage picture = MLImage.CreateFromFile(pictures[0]);
            Assert.True(picture.Width > 8 * 16);
        }
        Assert.Empty(Directory.GetFiles(workspace, "*.tmp*", SearchOption.AllDirectories));
    }

    private sealed class VectorRow
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }
}
