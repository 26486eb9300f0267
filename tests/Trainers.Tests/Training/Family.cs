using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Tests.Docs;
using MLNetGen.Tests.FineTuning;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Training;

/// <summary>A run of seconds: nine steps in three rounds of three. A round is an epoch, or what ends with a GAN's checkpoint or a style's snapshot.</summary>
internal sealed record QuickRun
{
    public const int Rounds = 3, StepsInRound = 3;

    /// <summary>For files that the family needs.</summary>
    public required string Folder { get; init; }

    public string? Workspace { get; init; }

    public bool Resume { get; init; }

    /// <summary>Whether a setting is another than usual that a checkpoint may not be resumed with.</summary>
    public bool HasOtherSetting { get; init; }

    /// <summary>Whether a step leaves weights that are beyond all numbers.</summary>
    public bool Diverges { get; init; }

    /// <summary>Rows held out.</summary>
    public IDataView? Validation { get; init; }

    public CancellationToken Cancellation { get; init; }

    /// <summary>Steps whose figures are read together, as on a GPU; null: one, as on the processor.</summary>
    public int? StepsAWindow { get; init; }

    // Left to itself it would be the processor that decides.
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    public Action? AfterStep { get; init; }

    /// <summary>Is told the round's number, from 1.</summary>
    public Action<int>? AfterRound { get; init; }

    public TOptions Set<TOptions>(TOptions options)
        where TOptions : TrainingOptions
    {
        options.BatchSize = 8;
        options.Epochs = Rounds;
        options.Seed = 5;
        options.Device = "cpu";
        options.NumberOfThreads = 1;
        options.WorkspacePath = Workspace;
        options.Resume = Resume;
        options.ValidationSet = Validation;
        options.CancellationToken = Cancellation;
        options.StepsAWindow = StepsAWindow;
        options.Precision = Precision;
        return options;
    }
}

/// <summary>A family's estimator, made for a <see cref="QuickRun"/>.</summary>
internal sealed record QuickEstimator(Func<IDataView, ITransformer> Fit, Func<IDataView, ITransformer> FitFromCheckpoint);

/// <summary>A family as the tests of all of them know it.</summary>
/// <param name="Create">Makes its estimator.</param>
/// <param name="Checkpoint">The checkpoint in a workspace after a round.</param>
/// <param name="Output">A column that its transformer adds.</param>
/// <param name="OtherSetting">What is said of a checkpoint of <see cref="QuickRun.HasOtherSetting"/>.</param>
internal sealed record Family(Func<MLContext, QuickRun, QuickEstimator> Create, Func<string, int, string> Checkpoint, string Output, string OtherSetting)
{
    public static readonly IReadOnlyDictionary<string, Family> All = new Dictionary<string, Family>
    {
        ["Vae"] = new(Vae, Latest, "Latent", "LatentDimension is 3 there and 4 here"),
        ["Gan"] = new(Gan, (workspace, round) => Path.Combine(workspace, "checkpoints", $"step-{QuickRun.StepsInRound * round:D6}.checkpoint"), "Realness", "Width is 4 there and 8 here"),
        ["AlexNet"] = new(AlexNet, (workspace, _) => Path.Combine(workspace, "checkpoints", "network-1.checkpoint"), "Score", "WeightDecay is 0.1 there and 0 here"),
        ["FineTune"] = new(FineTune, Latest, "Score", "WeightDecay is 0.1 there and 0 here"),
        ["Style"] = new(Style, Latest, "Stylized", "AskedContentWeight is 0.6 there and unset here"),
        ["SuperResolution"] = new(SuperResolution, Latest, "Upscaled", "Factor is 4 there and 2 here"),
        ["Code"] = new(Code, Latest, "Code", "CodeLength is 3 there and 4 here"),
        ["Torch"] = new(Torch, Latest, "Told", "Rate is 0.01 there and 0.001 here"),
    };

    /// <summary>What every family here learns from.</summary>
    public static IDataView Rows(MLContext ml) => ml.Images.MoonPhases(24, size: 32);

    private static string Latest(string workspace, int round) => Path.Combine(workspace, "checkpoints", "latest.checkpoint");

    private static QuickEstimator Vae(MLContext ml, QuickRun run)
    {
        VaeTrainer.Options options = run.Set(new VaeTrainer.Options { Architecture = VaeArchitecture.Mlp, LatentDimension = run.HasOtherSetting ? 3 : 4 });
        if (run.Diverges) options.LearningRate = 1e30;
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        VaeTrainer trainer = ml.Generative.Trainers.Vae(options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator Gan(MLContext ml, QuickRun run)
    {
        DcganTrainer.Options options = run.Set(new DcganTrainer.Options { Network = DcganNetwork.Mnist32, Width = run.HasOtherSetting ? 4 : 8, LatentDimension = 6 });
        options.SampleInterval = options.CheckpointInterval = QuickRun.StepsInRound;
        if (run.Diverges) options.GeneratorLearningRate = options.DiscriminatorLearningRate = 1e30;
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = averages => run.AfterRound?.Invoke(averages.Step / QuickRun.StepsInRound);
        DcganTrainer trainer = ml.Generative.Trainers.Dcgan(options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator AlexNet(MLContext ml, QuickRun run)
    {
        AlexNetTrainer.Options options = run.Set(new AlexNetTrainer.Options { Network = AlexNetNetwork.Compact, ImageSize = 16, WeightDecay = run.HasOtherSetting ? 0.1 : 0 });
        if (run.Diverges) (options.LearningRate, options.Schedule) = (1e30, AlexNetSchedule.Constant);
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        AlexNetTrainer trainer = ml.MulticlassClassification.Trainers.AlexNet(ml, options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator FineTune(MLContext ml, QuickRun run)
    {
        FineTuneTrainer.Options options = run.Set(new FineTuneTrainer.Options
        {
            BackbonePath = TinyBackbone.Write(Path.Combine(run.Folder, "backbone.onnx")),
            WeightDecay = run.HasOtherSetting ? 0.1 : 0,
            ValidationFraction = 0.25,
        });
        if (run.Diverges) (options.LearningRate, options.Schedule) = (1e30, LearningRateSchedule.Constant);
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        FineTuneTrainer trainer = ml.MulticlassClassification.Trainers.FineTune(ml, options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator Style(MLContext ml, QuickRun run)
    {
        string painting = Path.Combine(run.Folder, "painting.png");
        using (MLImage moon = ml.Images.MoonPhases(1, size: 96).GetColumn<MLImage>("Image").Single()) moon.Save(painting);
        StyleTransferTrainer.Options options = run.Set(new StyleTransferTrainer.Options { StylePictures = [painting], Network = StyleNetwork.Small, LossNetwork = LossNetworkNames.Random, ImageSize = 64 });
        options.BatchSize = 2;
        options.Steps = QuickRun.Rounds * QuickRun.StepsInRound;
        options.SnapshotInterval = QuickRun.StepsInRound;
        if (run.HasOtherSetting) options.ContentWeight = 0.6;
        if (run.Diverges) options.LearningRate = 1e30;
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = round => run.AfterRound?.Invoke(round.Step / QuickRun.StepsInRound);
        StyleTransferTrainer trainer = ml.Generative.StyleTransfer(options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator SuperResolution(MLContext ml, QuickRun run)
    {
        SuperResolutionTrainer.Options options = run.Set(new SuperResolutionTrainer.Options { Factor = run.HasOtherSetting ? 4 : 2, PatchSize = 16, Width = 4 });
        if (run.Diverges) (options.LearningRate, options.Schedule) = (1e21, LearningRateSchedule.Constant);
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        SuperResolutionTrainer trainer = ml.Generative.SuperResolution(options);
        return new(trainer.Fit, _ => trainer.FitFromCheckpoint());
    }

    // The family of docs/new-family.md.
    private static QuickEstimator Code(MLContext ml, QuickRun run)
    {
        CodeTrainer.Options options = run.Set(new CodeTrainer.Options { CodeLength = run.HasOtherSetting ? 3 : 4 });
        options.ProgressCallback = run.AfterStep;
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        CodeTrainer trainer = new(ml, options);
        return new(trainer.Fit, trainer.FitFromCheckpoint);
    }

    private static QuickEstimator Torch(MLContext ml, QuickRun run)
    {
        TorchEstimator.Options options = run.Set(new TorchEstimator.Options { LabelColumnName = "Phase", OutputColumnName = "Told" });
        options.ProgressCallback = _ => run.AfterStep?.Invoke();
        options.MetricsCallback = epoch => run.AfterRound?.Invoke(epoch.Epoch);
        TorchEstimator estimator = ml.Torch.Estimator(shape => new PhaseFinder(shape, run.Diverges ? 1e30 : run.HasOtherSetting ? 1e-2 : 1e-3), options);
        return new(estimator.Fit, estimator.FitFromCheckpoint);
    }

    // With random draws in a step and an optimiser with a state: what a resumed run must not lose.
    private sealed class PhaseFinder(long[] shape, double rate)
        : TrainingTask(Sequential(Flatten(), Linear(shape.Aggregate((a, b) => a * b), 8), BatchNorm1d(8), Tanh(), Dropout(0.2), Linear(8, 1)))
    {
        public override object Settings => new { rate };

        public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(Network.call(batch.Input + 0.1 * randn_like(batch.Input)), batch.Label);

        protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
            new Dictionary<string, OptimizerHelper> { ["optimizer"] = optim.Adam(Network.parameters(), rate) };
    }
}
