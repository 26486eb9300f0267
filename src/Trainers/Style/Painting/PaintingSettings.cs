namespace MLNetGen.Style;

/// <summary>The settings that repeat a painting, as <c>run.json</c> and <c>metrics.json</c> keep them.</summary>
internal sealed record PaintingSettings
{
    public required int Seed { get; init; }
    public required string LossNetwork { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string LossNetworkHash { get; init; }
    public required string ContentLayer { get; init; }
    public required IReadOnlyDictionary<string, double> StyleLayers { get; init; }
    public required StyleWeights Weights { get; init; }
    public required PaintingOptimizer Optimizer { get; init; }
    public required double LearningRate { get; init; }
    public required int Iterations { get; init; }

    /// <summary>How many of them are steps of Adam before L-BFGS begins.</summary>
    public required int Underpainting { get; init; }
    public required string Start { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public required double StyleScale { get; init; }
    public required KeptColors KeptColors { get; init; }
    public required bool Mask { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }
}
