namespace MLNetGen.Style;

/// <summary>The figures of a run so far; what a checkpoint's header holds.</summary>
internal sealed class StyleHistory(StyleSettings settings)
{
    private readonly List<StyleTransferRound> rounds = [];

    public StyleSettings Settings { get; set; } = settings;

    /// <summary>Of a run that goes on: its settings as they were.</summary>
    public StyleSettings? Resumed { get; private init; }

    public IReadOnlyList<StyleTransferRound> Rounds => rounds;

    /// <summary>Steps finished.</summary>
    public int Step => rounds.Count == 0 ? 0 : rounds[^1].Step;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    public void Add(StyleTransferRound round, double seconds)
    {
        rounds.Add(round);
        Seconds += seconds;
    }

    public Header ToHeader() => new(Settings, rounds, Seconds);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static StyleHistory From(Header header, StyleSettings now, string path)
    {
        RunSettings.RequireSame(header.Settings.DifferenceFrom(now), path);
        StyleHistory history = new(now) { Seconds = header.Seconds, Resumed = header.Settings };
        history.rounds.AddRange(header.Rounds);
        return history;
    }

    internal sealed record Header(StyleSettings Settings, IReadOnlyList<StyleTransferRound> Rounds, double Seconds);
}
