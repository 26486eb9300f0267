namespace MLNetGen.SuperResolution;

/// <summary>The figures of a run so far; what a checkpoint's header holds.</summary>
internal sealed class SuperResolutionHistory(SuperResolutionSettings settings)
{
    private readonly List<SuperResolutionEpoch> epochs = [];
    private double secondsBefore;

    public SuperResolutionSettings Settings { get; } = settings;

    public IReadOnlyList<SuperResolutionEpoch> Epochs => epochs;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Pictures too small for a patch, and the like.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">Since this part of the run began.</param>
    public void Add(SuperResolutionEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds = secondsBefore + seconds;
    }

    public Header ToHeader() => new(Settings, epochs, Seconds, Warnings);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static SuperResolutionHistory From(Header header, SuperResolutionSettings now, string path)
    {
        RunSettings.RequireSame(header.Settings.DifferenceFrom(now), path);
        SuperResolutionHistory history = new(now) { secondsBefore = header.Seconds, Seconds = header.Seconds };
        history.epochs.AddRange(header.Epochs);
        return history;
    }

    internal sealed record Header(SuperResolutionSettings Settings, IReadOnlyList<SuperResolutionEpoch> Epochs, double Seconds, IReadOnlyList<string>? Warnings = null);
}
