namespace MLNetGen.Gan;

/// <summary>The figures of a run so far.</summary>
internal sealed class GanHistory(GanSettings settings) : RunHistory
{
    private readonly List<GanLogRow> rows = [];
    private readonly List<DcganAverages> averages = [];
    private readonly List<DcganQuality> quality = [];
    private double secondsBefore;

    public GanSettings Settings { get; private set; } = settings;

    /// <summary>Every step; a run resumed without its log lacks the steps before.</summary>
    public IReadOnlyList<GanLogRow> Rows => rows;

    /// <summary>At every checkpoint.</summary>
    public IReadOnlyList<DcganAverages> Averages => averages;

    /// <summary>Where rows were held out.</summary>
    public IReadOnlyList<DcganQuality> Quality => quality;

    /// <summary>Steps finished.</summary>
    public int Step { get; private set; }

    /// <summary>The step that the model is of: that of the last checkpoint; 0 before the first.</summary>
    public int Kept { get; set; }

    /// <summary>What the training pictures are, in a sentence.</summary>
    public string? Pictures { get; set; }

    /// <param name="row">What was finished.</param>
    /// <param name="seconds">Since this part of the run began.</param>
    public void Add(GanLogRow row, double seconds)
    {
        rows.Add(row);
        Step = row.Step;
        Seconds = secondsBefore + seconds;
    }

    public void Add(DcganQuality judged) => quality.Add(judged);

    /// <summary>The averages since the last time.</summary>
    public DcganAverages Average()
    {
        int from = averages.Count == 0 ? 0 : averages[^1].Step;
        GanLogRow[] since = [.. rows.SkipWhile(row => row.Step <= from)];
        double Mean(Func<GanLogRow, double> figure) => since.Average(figure);
        double seconds = Mean(row => row.Seconds);
        DcganAverages result = new(
            Step, Settings.Steps, Mean(row => row.RealLoss + row.FakeLoss), Mean(row => row.RealLoss), Mean(row => row.FakeLoss), Mean(row => row.GeneratorLoss),
            Mean(row => row.RealProbability), Mean(row => row.FakeProbability), Mean(row => row.Accuracy), seconds, Settings.Recipe.PicturesPerStep / seconds);
        averages.Add(result);
        return result;
    }

    public override RunSettings RunSettings => Settings;

    public override double ImagesPerSecond => MedianSpeed.Of(rows.Select(row => Settings.Recipe.PicturesPerStep / row.Seconds));

    public override object ToHeader() => new Header(Settings, Step, Seconds, averages, quality, Warnings);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static GanHistory From(Header header, GanSettings now, IEnumerable<GanLogRow> log, string path)
    {
        RunSettings.RequireSame(header.Settings.DifferenceFrom(now), path);
        GanHistory history = new(now) { secondsBefore = header.Seconds, Seconds = header.Seconds, Step = header.Step, Kept = header.Step, ResumedFrom = path };
        history.rows.AddRange(log);
        history.averages.AddRange(header.Averages);
        history.quality.AddRange(header.Quality);
        history.Warnings.AddRange(header.Warnings);
        return history;
    }

    internal sealed record Header(GanSettings Settings, int Step, double Seconds, IReadOnlyList<DcganAverages> Averages, IReadOnlyList<DcganQuality> Quality, IReadOnlyList<string> Warnings);
}
