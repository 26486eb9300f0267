using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Studies;

/// <summary>What every variant of a study trains on and is judged by.</summary>
internal sealed class StudyData
{
    private readonly MLContext context;
    private readonly IDataView train, test;
    private readonly string folder;
    private readonly Func<AlexNetTrainer.Options> options;

    public StudyData(MLContext context, IDataView train, IDataView test, string folder, Func<AlexNetTrainer.Options> options)
    {
        this.context = context;
        this.train = train;
        this.test = test;
        this.folder = folder;
        this.options = options;
        string[] labels = [.. train.GetColumn<string>("Label")];
        if (Array.FindIndex(labels, string.IsNullOrEmpty) is var row and >= 0)
            throw new InvalidDataException($"row {row} of column 'Label' has no label: put every picture into a subfolder that is named as its class.");
        // The order of the network's scores.
        string[] classes = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        Classes = classes.Length;
        Labels = [.. test.GetColumn<string>("Label").Select(label => Array.BinarySearch(classes, label, StringComparer.Ordinal))];
    }

    public int Classes { get; }

    /// <summary>Each test picture's class; negative for one that training never saw.</summary>
    public IReadOnlyList<int> Labels { get; }

    public IDataView Train => train;

    public IDataView Test => test;

    /// <summary>The settings that variants differ from.</summary>
    public AlexNetTrainer.Options Options => options();

    public string WorkspaceOf(string name) => Path.Combine(folder, string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')));

    /// <summary>Trains one variant in a folder of its own; a run that a checkpoint there has finished, or begun, is taken up.</summary>
    public StudyVariant Run(string name, Action<AlexNetTrainer.Options> change, IDataView? rows = null)
    {
        AlexNetTrainer.Options variant = options();
        variant.WorkspacePath = WorkspaceOf(name);
        variant.ValidationSet = rows is null ? test : null;
        variant.Resume = true;
        change(variant);
        variant.OutputFeatures = false;
        Directory.CreateDirectory(variant.WorkspacePath);
        try
        {
            return StudyPage.InItsFolder(variant.WorkspacePath, () => Fit(name, variant, rows ?? train, isJudged: rows is null));
        }
        catch (TrainingDivergedException e)
        {
            Console.Error.WriteLine($"mlnetgen: {name}: {e.Message}");
            return new StudyVariant(name, [], []);
        }
    }

    private StudyVariant Fit(string name, AlexNetTrainer.Options variant, IDataView rows, bool isJudged)
    {
        using AlexNetTransformer model = TrainingDisplay.Show(name, (step, line) =>
        {
            variant.ProgressCallback = progress => step(() => new(
                (progress.Epoch - 1.0) * progress.Batches + progress.Batch, (double)progress.Epochs * progress.Batches, $"{name}: epoch {progress.Epoch}/{progress.Epochs}", progress.Remaining));
            variant.MetricsCallback = epoch => line($"{name}: {epoch}");
            return context.MulticlassClassification.Trainers.AlexNet(context, variant).Fit(rows);
        });
        if (model.Stopped is { } why)
            Console.Error.WriteLine($"mlnetgen: {name}: {why}");
        return new StudyVariant(model.Stopped is null ? name : $"{name} (stopped)", model.Epochs, isJudged ? [.. model.Transform(test).GetColumn<float[]>("Score")] : []);
    }

    /// <summary>Errors of scores; rows of unknown class do not count.</summary>
    public StudyErrors Errors(IReadOnlyList<float[]> scores)
    {
        int rows = 0, first = 0, five = 0;
        for (int row = 0; row < scores.Count; row++)
        {
            int label = Labels[row];
            if (label < 0)
                continue;
            // On ties the lower place ranks first, as in ML.NET.
            float own = scores[row][label];
            int better = scores[row].Where((score, i) => score > own || (score == own && i < label)).Count();
            rows++;
            first += better < 1 ? 1 : 0;
            five += better < 5 ? 1 : 0;
        }
        return new(rows - first, rows - five, rows);
    }

    /// <summary>The mean of several networks' scores; those of a network that has none do not count.</summary>
    public static IReadOnlyList<float[]> Average(IEnumerable<IReadOnlyList<float[]>> networks) =>
        networks.Where(scores => scores.Count > 0).ToArray() is { Length: > 0 } all ? Mean(all) : [];

    private static IReadOnlyList<float[]> Mean(IReadOnlyList<IReadOnlyList<float[]>> all) =>
        [.. Enumerable.Range(0, all[0].Count).Select(row => Enumerable.Range(0, all[0][row].Length).Select(i => all.Average(scores => scores[row][i])).ToArray())];
}

/// <summary>How many of the test pictures were not told.</summary>
/// <param name="First">At the first guess.</param>
/// <param name="Five">In five.</param>
/// <param name="Rows">How many there were; none where the loss became NaN.</param>
internal sealed record StudyErrors(int First, int Five, int Rows)
{
    /// <summary>In percent; NaN where there are no rows.</summary>
    public double Top1 => 100.0 * First / Rows;

    /// <summary>In percent; NaN where there are no rows.</summary>
    public double Top5 => 100.0 * Five / Rows;

    /// <summary>Of <see cref="Top1"/>, as text.</summary>
    public string Interval
    {
        get
        {
            if (Rows == 0)
                return "";
            ConfidenceInterval interval = ConfidenceInterval.Wilson(First, Rows);
            return $"{StudyPage.Percent(100 * interval.Low)} to {StudyPage.Percent(100 * interval.High)}";
        }
    }
}

/// <summary>One way of training, and how well it did.</summary>
/// <param name="Name">What is different in it.</param>
/// <param name="Epochs">Of its run; none where its loss became NaN in the first.</param>
/// <param name="Scores">Of the test pictures, a row each.</param>
internal sealed record StudyVariant(string Name, IReadOnlyList<AlexNetEpoch> Epochs, IReadOnlyList<float[]> Scores)
{
    public AlexNetEpoch? Last => Epochs.Count > 0 ? Epochs[^1] : null;
}
