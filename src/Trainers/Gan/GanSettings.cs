namespace MLNetGen.Gan;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record GanSettings
{
    public required int Seed { get; init; }
    public required GanRecipe Recipe { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the networks get them.</summary>
    public required string TrainingData { get; init; }
    public required int Steps { get; init; }
    public required int SampleInterval { get; init; }
    public required int CheckpointInterval { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(GanSettings other) => RunSettings.Difference(
        this, other, nameof(Device), nameof(NumberOfThreads), nameof(Steps), nameof(SampleInterval), nameof(CheckpointInterval));
}
