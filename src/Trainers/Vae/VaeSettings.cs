namespace MLNetGen.Vae;

/// <summary>The settings that repeat a run of a VAE.</summary>
internal sealed record VaeSettings : RunSettings
{
    public required VaeArchitecture Architecture { get; init; }
    public required long[] InputShape { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public required string TrainingData { get; init; }
    public required int LatentDimension { get; init; }

    // What is not in use is null, and so not in the file: a checkpoint of a version that did not know it is resumed.
    public bool? Autoencoder { get; init; }
    public required VaeLikelihood Likelihood { get; init; }
    public double? GaussianDeviation { get; init; }
    public bool? LearnDeviation { get; init; }
    public required double Beta { get; init; }
    public double? KlWarmUpEpochs { get; init; }
    public double? FreeBits { get; init; }
    public double? Capacity { get; init; }
    public required double LearningRate { get; init; }
    public required LearningRateSchedule Schedule { get; init; }
    public required double Beta1 { get; init; }
    public required double Beta2 { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }

    // One cycle is planned over all epochs.
    protected override IEnumerable<string> MayDiffer => Schedule == LearningRateSchedule.OneCycle ? [] : [nameof(Epochs)];

    public static VaeSettings Of(VaeTrainer.Options options, VaeArchitecture architecture, NetworkInput column, TrainingSession session, long rows, string data)
    {
        // The MLP's are those of PyTorch's examples/vae. The others were measured on digits, 20 epochs: 102.4 nats, against 108.7 at a constant 1e-3, batch 128 and ReLU.
        bool isMlp = architecture == VaeArchitecture.Mlp;
        return new()
        {
            Seed = session.Seed,
            Architecture = architecture,
            InputShape = column.Shape,
            TrainingRows = rows,
            TrainingData = data,
            LatentDimension = options.LatentDimension,
            Autoencoder = options.Autoencoder ? true : null,
            Likelihood = options.Likelihood,
            GaussianDeviation = options.Likelihood == VaeLikelihood.Bernoulli ? null : options.GaussianDeviation,
            LearnDeviation = options.LearnDeviation ? true : null,
            Beta = options.Beta,
            KlWarmUpEpochs = Set(options.KlWarmUpEpochs),
            FreeBits = Set(options.FreeBits),
            Capacity = options.Capacity,
            LearningRate = options.LearningRate ?? (isMlp ? 1e-3 : 2e-3),
            Schedule = options.Schedule ?? (isMlp ? LearningRateSchedule.Constant : LearningRateSchedule.OneCycle),
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            BatchSize = options.BatchSize ?? (isMlp ? 128 : 64),
            Epochs = options.Epochs,
            Device = session.Device.ToString(),
            NumberOfThreads = session.NumberOfThreads,
        };

        static double? Set(double value) => value > 0 ? value : null;
    }
}
