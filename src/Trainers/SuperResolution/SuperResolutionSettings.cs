namespace MLNetGen.SuperResolution;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record SuperResolutionSettings
{
    public required int Seed { get; init; }
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
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

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

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(SuperResolutionSettings other) => RunSettings.Difference(this, other, (string[])
    [
        nameof(Device), nameof(NumberOfThreads),
        // One cycle is planned over all epochs.
        .. Schedule == LearningRateSchedule.OneCycle ? [] : (string[])[nameof(Epochs)],
    ]);

    /// <summary>What changes the last bits of a run that goes on, and nothing else: null, or what differs.</summary>
    public string? RoundingDifferenceFrom(SuperResolutionSettings other) =>
        RunSettings.RoundingDifference(Device, other.Device, NumberOfThreads, other.NumberOfThreads);
}
