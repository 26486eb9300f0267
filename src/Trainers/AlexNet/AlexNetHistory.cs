namespace MLNetGen.AlexNet;

/// <summary>The figures of a run so far; what a checkpoint's header holds.</summary>
internal sealed class AlexNetHistory(AlexNetSettings settings)
{
    private readonly List<AlexNetEpoch> epochs = [];

    public AlexNetSettings Settings { get; set; } = settings;

    /// <summary>Of all networks of an ensemble, one after another.</summary>
    public IReadOnlyList<AlexNetEpoch> Epochs => epochs;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    public IReadOnlyList<AlexNetEpoch> Of(int member) => [.. epochs.Where(epoch => epoch.Member == member)];

    /// <summary>What plateaus and early stopping go by: top-1 errors after every epoch.</summary>
    public IReadOnlyList<double> Errors(int member) => [.. Of(member).Select(epoch => 1 - (epoch.Test ?? epoch.Train).Top1)];

    /// <summary>The epoch whose weights a network was left with: the best where training may stop early, else the last.</summary>
    public int KeptEpoch(int member)
    {
        IReadOnlyList<double> errors = Errors(member);
        return Settings.Recipe.EarlyStoppingPatience == 0 ? errors.Count : errors.Index().MinBy(pair => pair.Item).Index + 1;
    }

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">How long it took.</param>
    public void Add(AlexNetEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds += seconds;
    }

    public Header ToHeader() => new(Settings, epochs, Seconds);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static AlexNetHistory From(Header header, AlexNetSettings now, string path)
    {
        RunSettings.RequireSame(header.Settings.DifferenceFrom(now), path);
        AlexNetHistory history = new(now) { Seconds = header.Seconds };
        history.epochs.AddRange(header.Epochs);
        return history;
    }

    internal sealed record Header(AlexNetSettings Settings, IReadOnlyList<AlexNetEpoch> Epochs, double Seconds);
}
