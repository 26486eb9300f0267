using System.Text.Json.Nodes;

namespace MLNetGen.Torch;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record TorchSettings
{
    public required int Seed { get; init; }
    public required string Task { get; init; }

    /// <summary>The task's own settings.</summary>
    public JsonNode? TaskSettings { get; init; }

    /// <summary>By network, its type and number of parameters.</summary>
    public required string Networks { get; init; }
    public required long[] InputShape { get; init; }
    public string? Label { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the network gets them, and of the labels.</summary>
    public required string TrainingData { get; init; }
    public required LearningRateSchedule Schedule { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(TorchSettings other) => RunSettings.Difference(this, other, (string[])
    [
        nameof(Device), nameof(NumberOfThreads),
        // One cycle is planned over all epochs.
        .. other.Schedule == LearningRateSchedule.OneCycle ? [] : (string[])[nameof(Epochs)],
    ]);
}
