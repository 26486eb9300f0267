namespace MLNetGen;

/// <summary>What every family's run tells of itself.</summary>
internal sealed record RunRecord
{
    public required string Family { get; init; }

    public required int Seed { get; init; }

    /// <summary>The family's record of settings.</summary>
    public required object Settings { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Training pictures a second.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>How it went, under keys of the family's own: <c>epochs</c> in most. Those without a value are left out.</summary>
    public required IReadOnlyList<(string Key, object? Value)> Course { get; init; }

    /// <summary>Figures on rows that the network did not learn from; null where there are none.</summary>
    public object? Test { get; init; }

    /// <summary>How far the ONNX files are from the trained modules; null where there are none.</summary>
    public required object? OnnxParity { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why training ended early by itself.</summary>
    public string? Stopped { get; init; }

    /// <summary>What was typed to start it.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }
}
