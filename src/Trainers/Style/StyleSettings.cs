using System.Text.Json.Serialization;

namespace MLNetGen.Style;

/// <summary>The settings that repeat a run.</summary>
internal sealed record StyleSettings : RunSettings
{
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

    /// <summary>SHA-256 of its weights: a file may be renamed, or another one have its name.</summary>
    public required string LossNetworkWeights { get; init; }
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

    /// <summary>What was asked for of the losses: what a checkpoint is held against, as calibration measures the rest.</summary>
    public required StyleLossChoice Asked { get; init; }

    /// <summary>Content pictures that there are; no more are read than the steps take.</summary>
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of those that are read, as the network gets them; empty until all are.</summary>
    public required string TrainingData { get; init; }

    [JsonIgnore]
    public PerceptualLossSettings Loss => new(ContentLayer, StyleLayers, Weights);

    protected override IEnumerable<string> MayDiffer =>
    [
        nameof(LossNetwork),
        // Of more steps, more is read; and what is read is known when it is: StyleTask compares it then.
        nameof(TrainingData),
        .. Schedule == LearningRateSchedule.Constant ? (string[])[nameof(Steps)] : [],
    ];
}

/// <summary>What a user asked for of the losses; null where nothing was.</summary>
internal sealed record StyleLossChoice(string? AskedContentLayer, string? AskedStyleLayers, double? AskedContentWeight, double? AskedStyleWeight, double? AskedTotalVariationWeight)
{
    public static StyleLossChoice Of(StyleTransferTrainer.Options options) => new(
        options.ContentLayer,
        options.StyleLayers is { } layers ? string.Join(", ", layers.Select(layer => FormattableString.Invariant($"{layer.Key}={layer.Value}"))) : null,
        options.ContentWeight, options.StyleWeight, options.TotalVariationWeight);
}
