using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.AlexNet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.AlexNet;

public sealed class AlexNetTrainerTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string workspace = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    private static AlexNetTrainer.Options Quick => new()
    {
        Network = AlexNetNetwork.Compact,
        ImageSize = 16,
        Epochs = 3,
        BatchSize = 8,
        Seed = 5,
        NumberOfThreads = 1,
    };

    private AlexNetTransformer Fit(AlexNetTrainer.Options options, int rows = 24) =>
        ml.MulticlassClassification.Trainers.AlexNet(ml, options).Fit(Patterns.View(ml, rows));

    [Fact]
    public void The_same_seed_gives_the_same_figures_and_another_gives_others()
    {
        double Last(int seed)
        {
            AlexNetTrainer.Options options = Quick;
            options.Seed = seed;
            using AlexNetTransformer model = Fit(options);
            return model.Epochs[^1].Train.Loss;
        }
        Assert.Equal(Last(5), Last(5));
        Assert.NotEqual(Last(5), Last(6));
    }

    [Theory]
    [InlineData(AlexNetSchedule.OneCycle, TrainingPrecision.Float32, 1, 0)]
    [InlineData(AlexNetSchedule.Plateau, TrainingPrecision.Float32, 1, 0)]
    [InlineData(AlexNetSchedule.Plateau, TrainingPrecision.Float32, 1, 2)]
    [InlineData(AlexNetSchedule.OneCycle, TrainingPrecision.BFloat16, 1, 0)]
    [InlineData(AlexNetSchedule.OneCycle, TrainingPrecision.Float32, 2, 0)]
    public void A_run_stopped_and_resumed_ends_with_the_same_weights(AlexNetSchedule schedule, TrainingPrecision precision, int ensemble, int earlyStopping)
    {
        AlexNetTrainer.Options Options(string folder) => new()
        {
            Network = AlexNetNetwork.Compact,
            ImageSize = 16,
            Epochs = 4,
            BatchSize = 8,
            Seed = 5,
            NumberOfThreads = 1,
            Schedule = schedule,
            Precision = precision,
            Ensemble = ensemble,
            Patience = 1,
            ColorNoise = 0.1,
            EarlyStoppingPatience = earlyStopping,
            WorkspacePath = Path.Combine(workspace, folder),
            ValidationSet = Patterns.View(ml, 12, seed: 3),
            Resume = true,
        };
        AlexNetTrainer.Options whole = Options("whole"), parts = Options("parts");
        using AlexNetTransformer a = Fit(whole);

        using CancellationTokenSource stop = new();
        int epochs = 0;
        parts.CancellationToken = stop.Token;
        parts.MetricsCallback = _ => { if (++epochs == 2 + 4 * (ensemble - 1)) stop.Cancel(); };
        Assert.Throws<OperationCanceledException>(() => Fit(parts));
        parts.CancellationToken = default;
        parts.MetricsCallback = null;
        using AlexNetTransformer b = Fit(parts);

        Assert.Equal(a.Epochs.Select(e => (e.Member, e.Epoch, e.Train, e.Test, e.LearningRate)), b.Epochs.Select(e => (e.Member, e.Epoch, e.Train, e.Test, e.LearningRate)));
        a.SaveOnnx(Path.Combine(workspace, "a"));
        b.SaveOnnx(Path.Combine(workspace, "b"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(workspace, "a", "classifier.onnx")), File.ReadAllBytes(Path.Combine(workspace, "b", "classifier.onnx")));
    }

    [Fact]
    public void What_a_stopped_run_has_finished_is_a_model()
    {
        AlexNetTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        using CancellationTokenSource stop = new();
        options.CancellationToken = stop.Token;
        options.MetricsCallback = _ => stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Fit(options));
        options.CancellationToken = default;
        using AlexNetTransformer model = ml.MulticlassClassification.Trainers.AlexNet(ml, options).FitFromCheckpoint(Patterns.View(ml, 24));
        Assert.Equal(1, Assert.Single(model.Epochs).Epoch);
        Assert.Equal(3, model.ClassNames.Count);
    }

    [Fact]
    public void A_checkpoint_of_other_rows_is_refused_by_name()
    {
        AlexNetTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        options.Epochs = 1;
        options.Schedule = AlexNetSchedule.Constant;
        Fit(options).Dispose();
        options.Resume = true;
        Assert.Contains("TrainingRows is 24 there and 27 here", Assert.Throws<InvalidOperationException>(() => Fit(options, rows: 27)).Message);
    }

    [Fact]
    public void Early_stopping_ends_training_with_the_best_epoch()
    {
        AlexNetTrainer.Options options = Quick;
        options.Epochs = 40;
        options.EarlyStoppingPatience = 2;
        options.LearningRate = 0.3;
        options.Schedule = AlexNetSchedule.Constant;
        options.ValidationSet = Patterns.View(ml, 30, seed: 3);
        using AlexNetTransformer model = Fit(options);
        double[] errors = [.. model.Epochs.Select(e => 1 - e.Test!.Top1)];
        Assert.True(errors.Length < 40, "training went on to the end");
        Assert.Equal(errors.Min(), errors[^3]);
        Assert.True(errors[^1] >= errors.Min());
        // What was exported classifies as that epoch did, and not as the last.
        IDataView scored = model.Transform(Patterns.View(ml, 30, seed: 3));
        uint[] said = [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<uint>(scored, "PredictedLabel")];
        double right = said.Zip(Patterns.Rows(30, seed: 3)).Average(pair => Patterns.Classes[pair.First - 1] == pair.Second.Label ? 1.0 : 0);
        Assert.Equal(1 - errors.Min(), right, 1e-6);
    }

    [Fact]
    public void A_loss_that_becomes_NaN_later_keeps_the_last_finished_epoch()
    {
        AlexNetTrainer.Options options = Quick;
        options.WorkspacePath = workspace;
        options.Epochs = 2;
        options.Schedule = AlexNetSchedule.Constant;
        options.LearningRate = 0.01;
        using AlexNetTransformer good = Fit(options);
        float[][] expected = [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(good.Transform(Patterns.View(ml, 6)), "Score")];

        // The optimiser's state, as the checkpoint has it, made poisonous: the next step gives NaN.
        string checkpoint = AlexNetCheckpoints.PathOf(workspace, 1);
        Poison(checkpoint);
        options.Epochs = 4;
        options.Resume = true;
        using AlexNetTransformer kept = Fit(options);
        Assert.Contains("epoch 2 is kept", kept.Stopped);
        Assert.Equal(expected.SelectMany(row => row), Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(kept.Transform(Patterns.View(ml, 6)), "Score").SelectMany(row => row));
    }

    private static void Poison(string checkpoint)
    {
        using DisposeScope scope = NewDisposeScope();
        RunHistory<AlexNetSettings, AlexNetEpoch>.Header header = Checkpoint.ReadHeader<RunHistory<AlexNetSettings, AlexNetEpoch>.Header>(checkpoint)!;
        AlexNetModule network = AlexNetModule.Create(header.Settings.Recipe.Shape);
        Checkpoint.LoadNetwork(checkpoint, "network", network);
        using TorchSharp.Modules.SGD optimizer = optim.SGD([.. network.parameters()], 0.01, 0.9, weight_decay: 5e-4, nesterov: true);
        functional.cross_entropy(network.call(randn(4, 3, 16, 16)), zeros(4, int64)).backward();
        foreach (TorchSharp.Modules.Parameter weight in network.parameters())
            weight.grad!.fill_(float.NaN);
        optimizer.step();
        Checkpoint.LoadNetwork(checkpoint, "network", network);
        Checkpoint.Save(checkpoint, header, new Dictionary<string, nn.Module> { ["network"] = network }, new Dictionary<string, TorchSharp.Modules.OptimizerHelper> { ["optimizer"] = optimizer });
    }

    [Fact]
    public void The_loss_smooths_labels_and_weighs_classes_as_its_formula_says()
    {
        using DisposeScope scope = NewDisposeScope();
        float[][] logits = [[2, 0.5f, -3], [0, 1, 4]];
        int[] classes = [0, 1];
        double[] weights = [1, 3, 2];
        const double Smoothing = 0.1;
        double sum = 0, total = 0;
        for (int row = 0; row < 2; row++)
        {
            double log = Math.Log(logits[row].Sum(x => Math.Exp(x)));
            double own = -(logits[row][classes[row]] - log) * weights[classes[row]];
            double all = Enumerable.Range(0, 3).Sum(c => -(logits[row][c] - log) * weights[c]) / 3;
            sum += (1 - Smoothing) * own + Smoothing * all;
            total += weights[classes[row]];
        }
        using ClassLoss loss = new(Smoothing, tensor(weights.Select(w => (float)w).ToArray()));
        Assert.Equal(sum / total, loss.Of(tensor(logits.SelectMany(row => row).ToArray(), [2, 3]), tensor(new long[] { 0, 1 })).item<float>(), 5);
    }

    [Fact]
    public void BFloat16_trains_nearly_as_float32_does()
    {
        double Loss(TrainingPrecision precision)
        {
            AlexNetTrainer.Options options = Quick;
            options.Precision = precision;
            options.Dropout = 0;
            // Small steps: large ones on a few rows amplify any rounding.
            options.LearningRate = 1e-3;
            options.Schedule = AlexNetSchedule.Constant;
            using AlexNetTransformer model = Fit(options);
            return model.Epochs[^1].Train.Loss;
        }
        double full = Loss(TrainingPrecision.Float32), half = Loss(TrainingPrecision.BFloat16);
        Assert.NotEqual(full, half);
        // The loss moves by at most twice as much as a logit. Logits of 4 and more are resolved to 1/64 by bfloat16's 8 bits, here and in every layer before:
        // an error of the loss itself, however small the loss is by now. It began at ln 4 = 1.39.
        Assert.InRange(half, full - 0.05, full + 0.05);
    }

    [Fact]
    public void An_ensemble_averages_the_probabilities_of_its_networks()
    {
        using DisposeScope scope = NewDisposeScope();
        AlexNetShape shape = new(AlexNetNetwork.Compact, 4, 16, 3);
        AlexNetModule[] networks = [AlexNetModule.Create(shape), AlexNetModule.Create(shape), AlexNetModule.Create(shape)];
        foreach (AlexNetModule network in networks) network.eval();
        PixelNormalization same = new([0f, 0, 0], [1f, 1, 1]);
        Tensor pixels = rand(2, 3, 16, 16);
        Tensor together = new ScoringNetwork(networks, same, 16, tenCrop: false).call(pixels)[0];
        Tensor expected = networks.Select(network => network.call(pixels).softmax(1)).Aggregate((a, b) => a + b) / 3;
        Assert.True(together.allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void Ten_crops_are_the_corners_the_centre_and_their_mirror_images()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor picture = arange(2 * 36, float32).reshape(2, 1, 6, 6);
        Tensor crops = new Crops(from: 6, size: 4, ten: true).call(picture);
        Assert.Equal([20, 1, 4, 4], crops.shape);
        (int Top, int Left)[] corners = [(0, 0), (0, 2), (2, 0), (2, 2), (1, 1)];
        for (int crop = 0; crop < 10; crop++)
        {
            for (int n = 0; n < 2; n++)
            {
                (int top, int left) = corners[crop % 5];
                for (int y = 0; y < 4; y++)
                {
                    for (int x = 0; x < 4; x++)
                    {
                        int from = crop < 5 ? x : 3 - x;
                        Assert.Equal(36 * n + 6 * (top + y) + left + from, crops[2 * crop + n, 0, y, x].item<float>());
                    }
                }
            }
        }
        Tensor means = new MeanOverCrops(10).call(crops.flatten(1));
        Assert.Equal(Enumerable.Range(0, 10).Average(crop => crops[2 * crop + 1, 0, 0, 0].item<float>()), means[1, 0].item<float>(), 4);
    }

    [Fact]
    public void Ten_crop_prediction_is_part_of_the_model()
    {
        AlexNetTrainer.Options options = Quick;
        options.Epochs = 1;
        options.ResizeSize = 20;
        options.TenCrop = true;
        using AlexNetTransformer model = Fit(options);
        model.SaveOnnx(workspace);
        using InferenceSession session = new(Path.Combine(workspace, "classifier.onnx"));
        Assert.Equal([-1, 3, 20, 20], session.InputMetadata["pixels"].Dimensions);
        Assert.True(model.OnnxParity < 1e-4);
    }

    [Fact]
    public void Ten_crop_scores_are_the_mean_of_the_one_crop_models_on_ten_windows()
    {
        const int Large = 20, Small = 16;
        AlexNetTrainer.Options options = Quick;
        options.Epochs = 1;
        options.ResizeSize = Large;
        // Barely trained, so that it is sure of nothing and windows differ.
        options.LearningRate = 1e-4;
        options.WorkspacePath = workspace;
        using AlexNetTransformer one = Fit(options);
        options.TenCrop = true;
        using AlexNetTransformer ten = ml.MulticlassClassification.Trainers.AlexNet(ml, options).FitFromCheckpoint(Patterns.View(ml, 24));
        one.SaveOnnx(Path.Combine(workspace, "one"));
        ten.SaveOnnx(Path.Combine(workspace, "ten"));

        Random random = new(3);
        float[] picture = [.. Enumerable.Range(0, 3 * Large * Large).Select(_ => random.NextSingle())];
        List<float> windows = [];
        foreach (bool mirrored in (bool[])[false, true])
        {
            foreach ((int top, int left) in ((int, int)[])[(0, 0), (0, 4), (4, 0), (4, 4), (2, 2)])
            {
                for (int c = 0; c < 3; c++)
                    for (int y = 0; y < Small; y++)
                        for (int x = 0; x < Small; x++)
                            windows.Add(picture[(c * Large + top + y) * Large + left + (mirrored ? Small - 1 - x : x)]);
            }
        }
        float[] each = Scores("one", [.. windows], 10, Small), mean = Scores("ten", picture, 1, Large);
        for (int i = 0; i < 3; i++)
            Assert.Equal(Enumerable.Range(0, 10).Average(window => each[3 * window + i]), mean[i], 1e-5f);
        Assert.True(Enumerable.Range(1, 9).Any(window => Math.Abs(each[3 * window] - each[0]) > 1e-4), "all windows score alike");
    }

    private float[] Scores(string model, float[] pixels, int count, int side)
    {
        using InferenceSession session = new(Path.Combine(workspace, model, "classifier.onnx"));
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("pixels", new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(pixels, [count, 3, side, side]))], ["Score"]);
        return [.. results[0].AsTensor<float>()];
    }

    [Fact]
    public void Rates_of_a_plateau_are_divided_by_ten_when_the_error_stops_falling()
    {
        Assert.Equal(0, LearningRates.Drops([0.9, 0.8, 0.7], 2));
        Assert.Equal(0, LearningRates.Drops([0.9, 0.8, 0.8], 2));
        Assert.Equal(1, LearningRates.Drops([0.9, 0.8, 0.8, 0.85], 2));
        Assert.Equal(1, LearningRates.Drops([0.9, 0.8, 0.8, 0.85, 0.7, 0.75], 2));
        Assert.Equal(2, LearningRates.Drops([0.9, 0.8, 0.8, 0.85, 0.7, 0.75, 0.7], 2));
        Assert.Equal(3, LearningRates.Drops([.. Enumerable.Repeat(0.5, 100)], 2));
    }

    [Fact]
    public void Class_weights_are_rows_over_classes_times_their_rows()
    {
        Assert.Null(ClassLoss.Weights(["a", "b"], [3, 1], balance: false, null));
        Assert.Equal([4f / 6, 4f / 2], ClassLoss.Weights(["a", "b"], [3, 1], balance: true, null)!);
        Assert.Equal([1f, 5f], ClassLoss.Weights(["a", "b"], [3, 1], balance: false, new Dictionary<string, double> { ["b"] = 5 })!);
        Assert.Contains("'c'", Assert.Throws<ArgumentException>(() => ClassLoss.Weights(["a", "b"], [3, 1], false, new Dictionary<string, double> { ["c"] = 5 })).Message);
    }

    [Fact]
    public void The_papers_initial_network_is_exported_before_training_as_after()
    {
        AlexNetTrainer.Options options = Quick;
        options.Network = AlexNetNetwork.Paper;
        options.ImageSize = 67;
        options.Epochs = 1;
        options.LearningRate = 1e-4;
        using AlexNetTransformer model = Fit(options, rows: 9);
        Assert.True(model.OnnxParity < 1e-4);
    }
}
