namespace MLNetGen.SuperResolution;

/// <summary>The settings that repeat a run.</summary>
internal sealed record SuperResolutionSettings : RunSettings
{
    public required SuperResolutionArchitecture Architecture { get; init; }
    public required int Factor { get; init; }
    public required SuperResolutionLoss Loss { get; init; }

    /// <summary>What taught it; null for pixels.</summary>
    public string? LossNetwork { get; init; }
    public string? LossLayer { get; init; }
    public required int PatchSize { get; init; }
    public required int PatchesPerPicture { get; init; }

    /// <summary>Patches.</summary>
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the patches.</summary>
    public required string TrainingData { get; init; }
    public required double LearningRate { get; init; }
    public required LearningRateSchedule Schedule { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }

    // One cycle is planned over all epochs.
    protected override IEnumerable<string> MayDiffer => Schedule == LearningRateSchedule.OneCycle ? [] : [nameof(Epochs)];

    public static SuperResolutionSettings Of(SuperResolutionTrainer.Options options, SuperResolutionObjective objective, TrainingSession session, int patchSize, long rows, string data) => new()
    {
        Seed = session.Seed,
        Architecture = options.Architecture,
        Factor = options.Factor,
        Loss = options.Loss,
        LossNetwork = objective.Network,
        LossLayer = objective.Layer,
        PatchSize = patchSize,
        PatchesPerPicture = options.PatchesPerPicture,
        TrainingRows = rows,
        TrainingData = data,
        LearningRate = options.LearningRate,
        Schedule = options.Schedule,
        BatchSize = options.BatchSize ?? SuperResolutionTrainer.Options.DefaultBatchSize,
        Epochs = options.Epochs,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };
}
