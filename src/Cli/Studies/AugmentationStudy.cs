using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Cli.Studies;

/// <summary>
/// What generated pictures are worth to a classifier that has few real ones: trained on some real pictures of each class, on these and pictures by a GAN of classes
/// that learnt from the same few, and on as many real ones instead. Each trains for the same number of steps.
/// </summary>
internal sealed class AugmentationStudy
{
    private const string Label = "Label";
    private const int SheetColumns = 10, SheetRows = 6;

    // Student's t within which 95 % of the values of 1, 2, 3… degrees of freedom lie.
    private static readonly double[] StudentT =
        [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086];

    private readonly MLContext context;
    private readonly IDataView train, test;
    private readonly string[] labels, classes;
    private readonly int[] truth;

    public AugmentationStudy(MLContext context, IDataView train, IDataView test)
    {
        (this.context, this.train, this.test) = (context, train, test);
        labels = [.. train.GetColumn<string>(Label)];
        if (Array.FindIndex(labels, string.IsNullOrEmpty) is var row and >= 0)
            throw new InvalidDataException($"row {row} of column '{Label}' has no label: put every picture into a subfolder that is named as its class.");
        classes = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new InvalidDataException("all pictures are of one class: a classifier needs two or more, each a subfolder of --data.");
        truth = [.. test.GetColumn<string>(Label).Select(label => Array.BinarySearch(classes, label, StringComparer.Ordinal))];
    }

    /// <summary>Real pictures of each class, one study each.</summary>
    public required int[] Rows { get; init; }

    /// <summary>Generated pictures of each class.</summary>
    public required int Generated { get; init; }

    /// <summary>Passes of the classifier over real and generated pictures.</summary>
    public required int Epochs { get; init; }

    /// <summary>Seeds: choices of real pictures, each with a GAN and classifiers of its own. Of two or more there is a 95 % interval.</summary>
    public required int Repeats { get; init; }

    /// <summary>The GAN's options; the labels' column and the workspace are set here.</summary>
    public required Func<DcganTrainer.Options> Gan { get; init; }

    public void Run(string folder)
    {
        int fewest = labels.CountBy(label => label).Min(count => count.Value);
        if (Rows.Append(Generated).Append(Repeats).Append(Epochs).Any(number => number < 1))
            throw new ArgumentException("--rows, --generated, --repeats and --epochs must be at least 1.");
        if (Rows.Max() > fewest)
            throw new ArgumentException($"--rows is {Rows.Max()}, and there are {fewest} training pictures of one class: take fewer.");
        HtmlReport page = new("Generated pictures as training data", $"{Generated} pictures of each of {classes.Length} classes, by a GAN that learnt from the few real ones; {Repeats} seeds, {truth.Length} test pictures");
        int first = Gan().Seed ?? 1;
        List<(int Rows, Outcome[] Outcomes)> results = [];
        foreach (int rows in Rows.Order())
        {
            string place = Path.Combine(folder, $"rows-{rows}");
            results.Add((rows, [.. Enumerable.Range(first, Repeats).Select(seed => Measure(rows, seed, Path.Combine(place, $"seed-{seed}")))]));
            page.Picture($"{rows} real pictures of each class", "Of the classes by turns, of the first seed.", Path.Combine(place, $"seed-{first}", "real.png"));
            page.Picture($"Generated from {rows} of each class", "Of the classes by turns, of the first seed.", Path.Combine(place, $"seed-{first}", "generated.png"));
        }
        page.Chart("Test error", "real pictures of each class", "% of the test pictures",
            Series("real pictures alone", o => o.Real), Series($"and {Generated} generated ones", o => o.Mixed), Series($"{Generated} more real ones instead", o => o.More));
        StudyPage.Finish(page, folder, $"Error on the test pictures: mean of {Repeats} seeds, ± its 95 % interval (Student's t)",
            ["trained on, of each class", "error", "error ±", "than real alone", "than real alone ±", "pictures"],
            [
                .. results.SelectMany(r => (IReadOnlyList<string>[])
                [
                    Row($"{r.Rows} real", r.Outcomes, o => o.Real),
                    Row($"{r.Rows} real, {Generated} generated", r.Outcomes, o => o.Mixed),
                    Row($"up to {r.Rows + Generated} real", r.Outcomes, o => o.More),
                ]),
            ]);

        ChartSeries Series(string name, Func<Outcome, Measured> of) => new(name, [.. results.Select(r => ((double)r.Rows, r.Outcomes.Average(o => of(o).Error)))]);

        // Differences are taken within a seed: all three classifiers of one have the same few pictures.
        static IReadOnlyList<string> Row(string name, Outcome[] outcomes, Func<Outcome, Measured> of)
        {
            double[] errors = [.. outcomes.Select(o => of(o).Error)], differences = [.. outcomes.Select(o => of(o).Error - o.Real.Error)];
            return [name, StudyPage.Percent(errors.Average()), Interval(errors), StudyPage.Signed(differences.Average()), Interval(differences), StudyPage.Number(of(outcomes[0]).Pictures, "F0")];
        }
    }

    private static string Interval(double[] values)
    {
        if (values.Length < 2)
            return "";
        double mean = values.Average(), variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
        return StudyPage.Number(StudentT[Math.Min(values.Length - 1, StudentT.Length) - 1] * Math.Sqrt(variance / values.Length), "F1");
    }

    private Outcome Measure(int rows, int seed, string place)
    {
        string real = Path.Combine(place, "real"), mixed = Path.Combine(place, "real-and-generated"), more = Path.Combine(place, "more-real");
        foreach (string made in (string[])[real, mixed, more])
            if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        SaveReal(rows, seed, [real, mixed]);
        SaveReal(rows + Generated, seed, [more]);
        SaveSheet(real, place);
        SaveGenerated(real, mixed, seed, place);
        return new(Classify(real, rows, seed, $"{rows} real"), Classify(mixed, rows, seed, $"{rows} real, {Generated} generated"), Classify(more, rows, seed, $"{rows + Generated} real"));
    }

    // The first of a random order, the same for every number of rows: more rows hold the fewer.
    private void SaveReal(int rows, int seed, string[] folders)
    {
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        new Random(seed).Shuffle(order);
        HashSet<int> chosen = [.. order.GroupBy(row => labels[row]).SelectMany(group => group.Take(rows))];
        using DataViewRowCursor cursor = train.GetRowCursor([train.Schema["Image"]]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(train.Schema["Image"]);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            if (!chosen.Contains((int)cursor.Position))
                continue;
            get(ref image!);
            Picture picture = Picture.FromImage(image);
            foreach (string folder in folders) picture.Save(Path.Combine(folder, NameOf(labels[(int)cursor.Position]), $"real-{cursor.Position:D6}.png"));
        }
    }

    private void SaveGenerated(string real, string mixed, int seed, string place)
    {
        DcganTrainer.Options options = Gan();
        options.Seed = seed;
        options.LabelColumnName = Label;
        options.WorkspacePath = Path.Combine(place, "gan");
        options.Resume = true;
        using DcganTransformer gan = TrainingDisplay.Show("GAN", (step, line) =>
        {
            options.ProgressCallback = progress => step(() => new(progress.Step, progress.Steps, $"GAN of seed {seed}: step {progress.Step}/{progress.Steps}", progress.Remaining));
            options.MetricsCallback = averages => line($"GAN: {averages}");
            return StudyPage.InItsFolder(options.WorkspacePath, () => context.Generative.Trainers.Dcgan(options).Fit(context.Images.Load(real)));
        });
        // Pictures that its snapshots do not show.
        Picture[] drawn = [.. Drawing.Pictures(context, Drawing.Draw(context, gan.Generator, Generated * classes.Length, seed: 1))];
        PictureGrid.Save(Path.Combine(place, "generated.png"), [.. drawn.Take(SheetColumns * SheetRows)], SheetColumns);
        foreach ((int i, Picture picture) in drawn.Index())
            picture.Save(Path.Combine(mixed, gan.ClassNames[i % gan.ClassNames.Count], $"generated-{i:D6}.png"));
    }

    // Of the classes by turns, as the generated ones.
    private void SaveSheet(string folder, string place)
    {
        string[] pictures = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(of => Directory.GetFiles(of).Order(StringComparer.Ordinal).Index())
            .OrderBy(picture => picture.Index).Select(picture => picture.Item).Take(SheetColumns * SheetRows)];
        context.Images.SaveGrid(context.Images.LoadFiles(pictures, null, out _), "Image", Path.Combine(place, "real.png"), SheetColumns);
    }

    private Measured Classify(string folder, int rowsOfEach, int seed, string name)
    {
        // A context of its own: a classifier's training tells nothing of interest.
        MLContext quiet = CommandContext.Create(seed: 1);
        IDataView pictures = quiet.Images.Load(folder);
        IDataView rows = quiet.Transforms.Conversion.MapValueToKey(Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(pictures).Transform(pictures);
        DcganTrainer.Options gan = Gan();
        long count = pictures.GetRowCount()!.Value;
        // As many steps for every set: few pictures are seen more often.
        double passes = Epochs * (double)classes.Length * (rowsOfEach + Generated) / count;
        TorchEstimator.Options options = new()
        {
            LabelColumnName = Label,
            OutputColumnName = "Score",
            ImageSize = SmallClassifier.Side,
            Channels = gan.Channels,
            BatchSize = SmallClassifier.Batch,
            Epochs = Math.Max(1, (int)Math.Round(passes)),
            Seed = seed,
            Device = gan.Device,
            NumberOfThreads = gan.NumberOfThreads,
            CancellationToken = gan.CancellationToken,
        };
        using TorchTransformer model = quiet.Torch.Estimator(shape => new SmallClassifier(shape, classes.Length), options).Fit(rows);
        double error = Error([.. model.Transform(test).GetColumn<float[]>("Score")]);
        JsonOutput.Progress.WriteLine($"seed {seed}, {name} of each class: {StudyPage.Percent(error)} error");
        return new(error, count);
    }

    // In percent; rows of a class that training never saw do not count.
    private double Error(IReadOnlyList<float[]> scores)
    {
        bool[] wrong = [.. scores.Zip(truth).Where(row => row.Second >= 0).Select(row => Array.IndexOf(row.First, row.First.Max()) != row.Second)];
        return 100.0 * wrong.Count(one => one) / wrong.Length;
    }

    // In the order of the classes, whatever they are called.
    private string NameOf(string label) => $"{Array.BinarySearch(classes, label, StringComparer.Ordinal):D4} {string.Concat(label.Select(c => char.IsLetterOrDigit(c) ? c : '-'))}";

    private sealed record Measured(double Error, long Pictures);

    private sealed record Outcome(Measured Real, Measured Mixed, Measured More);
}

/// <summary>Two convolutions and a dense layer, as of LeNet's kind: what is trained in seconds.</summary>
internal sealed class SmallClassifier(long[] shape, int classes) : TrainingTask(Sequential(
    Conv2d(shape[0], 32, 3, padding: 1), ReLU(), MaxPool2d(2),
    Conv2d(32, 64, 3, padding: 1), ReLU(), MaxPool2d(2),
    Flatten(), Dropout(0.5), Linear(64 * (shape[1] / 4) * (shape[2] / 4), classes)))
{
    public const int Side = 32, Batch = 64;

    public override Tensor Loss(TrainingBatch batch) => functional.cross_entropy(Network.call(batch.Input), batch.Label);

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["adam"] = optim.Adam(Network.parameters(), 1e-3) };
}
