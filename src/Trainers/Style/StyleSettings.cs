using System.Text.Json.Serialization;

namespace MLNetGen.Style;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record StyleSettings
{
    public required int Seed { get; init; }
    public required StyleShape Shape { get; init; }

    /// <summary>The paintings' file names, without folders and endings.</summary>
    public required IReadOnlyList<string> StyleNames { get; init; }

    /// <summary>SHA-256 of the paintings as the loss network gets them.</summary>
    public required string StyleData { get; init; }
    public required double StyleScale { get; init; }
    public required int ImageSize { get; init; }
    public required bool HorizontalFlip { get; init; }
    public required bool AugmentContent { get; init; }
    public required string LossNetwork { get; init; }
    public required string ContentLayer { get; init; }
    public required IReadOnlyDictionary<string, double> StyleLayers { get; init; }
    public required StyleWeights Weights { get; init; }
    public required double TemporalWeight { get; init; }
    public required int BatchSize { get; init; }
    public required int Steps { get; init; }
    public required double LearningRate { get; init; }
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>Null where gradients are taken as they are.</summary>
    public required double? MaximumGradientNorm { get; init; }
    public required int SnapshotInterval { get; init; }

    /// <summary>Pictures that the run learns from: no more than its steps take.</summary>
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of these as the network gets them; empty until all are read.</summary>
    public required string TrainingData { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    [JsonIgnore]
    public PerceptualLossSettings Loss => new(ContentLayer, StyleLayers, Weights);

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(StyleSettings other) => RunSettings.Difference(this, other, (string[])
    [
        nameof(Device), nameof(NumberOfThreads),
        .. Schedule == LearningRateSchedule.Constant ? (string[])[nameof(Steps)] : [],
        // Not all was read when the checkpoint was written.
        .. TrainingData.Length == 0 || other.TrainingData.Length == 0 ? (string[])[nameof(TrainingData)] : [],
    ]);
}
