namespace MLNetGen.Gan;

/// <summary>The settings that repeat a run.</summary>
internal sealed record GanSettings : RunSettings
{
    public required GanRecipe Recipe { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the networks get them.</summary>
    public required string TrainingData { get; init; }
    public required int Steps { get; init; }
    public required int SampleInterval { get; init; }
    public required int CheckpointInterval { get; init; }

    protected override IEnumerable<string> MayDiffer => [nameof(Steps), nameof(SampleInterval), nameof(CheckpointInterval)];
}
