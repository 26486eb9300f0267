namespace MLNetGen.AlexNet;

/// <summary>The settings that repeat a run.</summary>
internal sealed record AlexNetSettings : RunSettings
{
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

    protected override IEnumerable<string> MayDiffer =>
    [
        // They decide on nothing else.
        .. Recipe.Schedule == AlexNetSchedule.Plateau || Recipe.EarlyStoppingPatience > 0 ? [] : (string[])[nameof(ValidationData)],
        // One cycle is planned over all epochs.
        .. Recipe.Schedule == AlexNetSchedule.OneCycle ? [] : (string[])[nameof(AlexNetRecipe.Epochs)],
    ];
}
