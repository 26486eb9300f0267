namespace MLNetGen.Vae;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record VaeSettings
{
    public required int Seed { get; init; }
    public required VaeArchitecture Architecture { get; init; }
    public required long[] InputShape { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public required string TrainingData { get; init; }
    public required int LatentDimension { get; init; }
    public required VaeLikelihood Likelihood { get; init; }
    public double? GaussianDeviation { get; init; }
    public required double Beta { get; init; }
    public required double LearningRate { get; init; }
    public required LearningRateSchedule Schedule { get; init; }
    public required double Beta1 { get; init; }
    public required double Beta2 { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    public static VaeSettings Of(VaeTrainer.Options options, VaeRecipe recipe, NetworkInput column, TrainingSession session, long rows, string data) => new()
    {
        Seed = session.Seed,
        Architecture = recipe.Architecture,
        InputShape = column.Shape,
        TrainingRows = rows,
        TrainingData = data,
        LatentDimension = options.LatentDimension,
        Likelihood = options.Likelihood,
        GaussianDeviation = options.Likelihood == VaeLikelihood.Gaussian ? options.GaussianDeviation : null,
        Beta = options.Beta,
        LearningRate = recipe.LearningRate,
        Schedule = recipe.Schedule,
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        BatchSize = recipe.BatchSize,
        Epochs = options.Epochs,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(VaeSettings other) => RunSettings.Difference(this, other, (string[])
    [
        nameof(Device), nameof(NumberOfThreads),
        // One cycle is planned over all epochs.
        .. Schedule == LearningRateSchedule.OneCycle ? [] : (string[])[nameof(Epochs)],
    ]);

    /// <summary>What changes the last bits of a run that goes on, and nothing else: null, or what differs.</summary>
    public string? RoundingDifferenceFrom(VaeSettings other) =>
        RunSettings.RoundingDifference(Device, other.Device, NumberOfThreads, other.NumberOfThreads);
}
