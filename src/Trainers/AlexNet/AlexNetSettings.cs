namespace MLNetGen.AlexNet;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record AlexNetSettings
{
    public required int Seed { get; init; }
    public required AlexNetRecipe Recipe { get; init; }
    public required IReadOnlyList<string> Classes { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as they are stored, with their classes; empty until all are read.</summary>
    public required string TrainingData { get; init; }

    /// <summary>The same of the held-out rows; null where there are none.</summary>
    public string? ValidationData { get; init; }

    /// <summary>What pixels in [0, 1] are normalised with, a channel each.</summary>
    public required float[] Mean { get; init; }
    public required float[] Deviation { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(AlexNetSettings other) => RunSettings.Difference(this, other, (string[])
    [
        nameof(Device), nameof(NumberOfThreads),
        // They decide on nothing else.
        .. Recipe.Schedule == AlexNetSchedule.Plateau || Recipe.EarlyStoppingPatience > 0 ? [] : (string[])[nameof(ValidationData)],
        // One cycle is planned over all epochs.
        .. Recipe.Schedule == AlexNetSchedule.OneCycle ? [] : (string[])[nameof(AlexNetRecipe.Epochs)],
    ]);

    /// <summary>What changes the last bits of a run that goes on, and nothing else: null, or what differs.</summary>
    public string? RoundingDifferenceFrom(AlexNetSettings other) =>
        RunSettings.RoundingDifference(Device, other.Device, NumberOfThreads, other.NumberOfThreads);
}
