using System.Text.Json.Nodes;

namespace MLNetGen.Torch;

/// <summary>The settings that repeat a run.</summary>
internal sealed record TorchSettings : RunSettings
{
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

    // One cycle is planned over all epochs.
    protected override IEnumerable<string> MayDiffer => Schedule == LearningRateSchedule.OneCycle ? [] : [nameof(Epochs)];
}
