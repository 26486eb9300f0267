using System.Text.Json.Serialization;
using TorchSharp;

namespace MLNetGen.Gan;

/// <summary>The figures of a run so far.</summary>
internal sealed class GanHistory(GanSettings settings) : RunHistory
{
    public GanSettings Settings { get; } = settings;

    /// <summary>Every step; a run resumed without its log lacks the steps before.</summary>
    public List<GanLogRow> Rows { get; } = [];

    /// <summary>At every checkpoint.</summary>
    public List<DcganAverages> Averages { get; } = [];

    /// <summary>Where rows were held out.</summary>
    public List<DcganQuality> Quality { get; } = [];

    /// <summary>Steps finished.</summary>
    public int Step { get; private set; }

    /// <summary>The step that the model is of: that of the last checkpoint; 0 before the first.</summary>
    public int Kept => Averages.Count == 0 ? 0 : Averages[^1].Step;

    /// <summary>What the training pictures are, in a sentence.</summary>
    public string? Pictures { get; set; }

    public override RunSettings RunSettings => Settings;

    public override double ImagesPerSecond => MedianSpeed.Of(Rows.Select(row => Settings.Recipe.PicturesPerStep / row.Seconds));

    public void Add(GanLogRow row)
    {
        Rows.Add(row);
        Step = row.Step;
    }

    /// <param name="seconds">What some steps took.</param>
    public void AddTime(double seconds) => Seconds += seconds;

    /// <summary>Adds the averages since the checkpoint before, at a new one.</summary>
    public DcganAverages Average()
    {
        GanLogRow[] since = [.. Rows.SkipWhile(row => row.Step <= Kept)];
        double Mean(Func<GanLogRow, double> figure) => since.Average(figure);
        double seconds = Mean(row => row.Seconds);
        Averages.Add(new(
            Step, Settings.Steps, Mean(row => row.RealLoss + row.FakeLoss), Mean(row => row.RealLoss), Mean(row => row.FakeLoss), Mean(row => row.GeneratorLoss),
            Mean(row => row.RealProbability), Mean(row => row.FakeProbability), Mean(row => row.Accuracy), seconds, Settings.Recipe.PicturesPerStep / seconds));
        return Averages[^1];
    }

    public override object ToHeader() => new Header(Settings, Step, Seconds, Averages, Quality, Warnings);

    /// <summary>The newest checkpoint; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Header? Newest(string? workspace) =>
        GanCheckpoints.Newest(workspace) is { } path ? Checkpoint.ReadHeader<Header>(path)! with { Path = path } : null;

    /// <summary>A run from the start: checkpoints of another are set aside. Or the one that a checkpoint is of, whose weights are put into the networks.</summary>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static GanHistory Begin(DcganTrainer.Options options, Header? resumed, GanSettings now, GanModules modules, TrainingSession session)
    {
        if (resumed is null)
        {
            if (options.WorkspacePath is { } workspace)
                GanCheckpoints.Begin(workspace);
            return new(now);
        }
        RunSettings.RequireSame(resumed.Settings.DifferenceFrom(now), resumed.Path);
        GanHistory history = new(now) { Seconds = resumed.Seconds, Step = resumed.Step, ResumedFrom = resumed.Path };
        history.Rows.AddRange(GanLog.Read(options.WorkspacePath!, resumed.Step));
        history.Averages.AddRange(resumed.Averages);
        history.Quality.AddRange(resumed.Quality);
        history.Warnings.AddRange(resumed.Warnings);
        foreach ((string name, torch.nn.Module network) in modules.ByName) Checkpoint.LoadNetwork(resumed.Path, name, network);
        session.Info($"going on after step {history.Step}, from '{resumed.Path}'.");
        session.WarnOfRounding(resumed.Settings.RoundingDifferenceFrom(now));
        return history;
    }

    internal sealed record Header(GanSettings Settings, int Step, double Seconds, IReadOnlyList<DcganAverages> Averages, IReadOnlyList<DcganQuality> Quality, IReadOnlyList<string> Warnings)
    {
        [JsonIgnore]
        public string Path { get; init; } = "";
    }
}
