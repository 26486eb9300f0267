namespace MLNetGen.Vae;

/// <summary>The figures of a run so far; what a checkpoint's header holds.</summary>
internal sealed class VaeHistory(VaeSettings settings)
{
    private readonly List<VaeEpoch> epochs = [];

    public VaeSettings Settings { get; private set; } = settings;

    public IReadOnlyList<VaeEpoch> Epochs => epochs;

    private double secondsBefore;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">Since this part of the run began.</param>
    public void Add(VaeEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds = secondsBefore + seconds;
    }

    public Header ToHeader() => new(Settings, epochs, Seconds);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static VaeHistory From(Header header, VaeSettings now, string path)
    {
        RunSettings.RequireSame(header.Settings.DifferenceFrom(now), path);
        VaeHistory history = new(now) { secondsBefore = header.Seconds, Seconds = header.Seconds };
        history.epochs.AddRange(header.Epochs);
        return history;
    }

    internal sealed record Header(VaeSettings Settings, IReadOnlyList<VaeEpoch> Epochs, double Seconds);
}
