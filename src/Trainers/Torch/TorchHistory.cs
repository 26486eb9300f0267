namespace MLNetGen.Torch;

/// <summary>The figures of a run so far; what a checkpoint's header holds.</summary>
internal sealed class TorchHistory(TorchSettings settings)
{
    private readonly List<TorchEpoch> epochs = [];
    private double secondsBefore;

    public TorchSettings Settings { get; } = settings;

    public IReadOnlyList<TorchEpoch> Epochs => epochs;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">Since this part of the run began.</param>
    public void Add(TorchEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds = secondsBefore + seconds;
    }

    public Header ToHeader() => new(Settings, epochs, Seconds);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static TorchHistory From(Header header, TorchSettings now, string path)
    {
        RunSettings.RequireSame(RunSettings.Difference(header.Settings, now,
            [nameof(TorchSettings.Device), nameof(TorchSettings.NumberOfThreads), .. now.Schedule == LearningRateSchedule.OneCycle ? [] : (string[])[nameof(TorchSettings.Epochs)]]), path);
        TorchHistory history = new(now) { secondsBefore = header.Seconds, Seconds = header.Seconds };
        history.epochs.AddRange(header.Epochs);
        return history;
    }

    internal sealed record Header(TorchSettings Settings, IReadOnlyList<TorchEpoch> Epochs, double Seconds);
}

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record TorchSettings
{
    public required int Seed { get; init; }
    public required string Task { get; init; }

    /// <summary>The task's own settings.</summary>
    public System.Text.Json.Nodes.JsonNode? TaskSettings { get; init; }

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
}
