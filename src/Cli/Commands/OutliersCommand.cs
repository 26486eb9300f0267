using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class OutliersCommand
{
    // More than these nobody reads.
    private const int MostNamed = 40;

    public static Command Create()
    {
        DataSource data = new();
        data.Data.Description = "The training pictures, which say what is usual: a folder, or MNIST-style idx files";
        Option<string?> model = new Option<string?>("--model") { Description = "A VAE's run or its model.zip", Required = true }.OfRun();
        Option<double> quantile = new("--quantile") { Description = "Share of the training pictures that are called usual", DefaultValueFactory = _ => 0.99 };
        Option<string[]> usual = new("--usual")
        {
            Description = "Labels of usual pictures: only those say what is usual, and how well the others are found is told",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> count = new("--count") { Description = "How many pictures to draw, the most unusual first", DefaultValueFactory = _ => 24 };
        Option<string> output = new Option<string>("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "outliers.png") }.Png();
        Option<int> seed = new("--seed") { Description = "The training's seed, for the rows that are held out by chance", DefaultValueFactory = _ => 1 };
        Command command = new("outliers", "Find pictures that a VAE reconstructs worse than almost all training pictures") { model, quantile, usual, count, output, seed };
        data.AddTo(command);
        command.Add(data.Test);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            context.Log += LogLines.Show;
            if (!(parsed.GetValue(quantile) is > 0 and <= 1))
                throw new ArgumentException($"--quantile is {parsed.GetValue(quantile)}; it must be above 0 and at most 1.");
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 1.");
            using VaeTransformer vae = ModelFile.LoadVae(context, parsed.GetValue(model)!);
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(seed));
            string[] labels = parsed.GetValue(usual) ?? [];
            IDataView errors = vae.Transform(train);
            if (labels.Length > 0)
            {
                errors = context.Data.FilterByCustomPredicate<LabelRow>(errors, row => !labels.Contains(row.Label));
                if (!errors.GetColumn<string>("Label").Any())
                    throw new ArgumentException($"no training picture has a label of --usual ({string.Join(", ", labels)}): they have {string.Join(", ", train.GetColumn<string>("Label").Distinct().Order().Take(20))}.");
            }
            OutlierTransformer outliers = context.Generative.DetectOutliers(quantile: parsed.GetValue(quantile)).Fit(errors);
            IDataView called = outliers.Transform(vae.Transform(test));
            OutlierRow[] rows = [.. context.Data.CreateEnumerable<OutlierRow>(called, reuseRowObject: false, ignoreMissingColumns: true)];
            if (rows.Length == 0)
                throw new ArgumentException("of so few pictures none is held out to look for outliers in: say which with --split, or name a folder of them with --test.");
            Tell(rows, outliers.Threshold);
            if (labels.Length > 0)
                Console.WriteLine(Judge(context, rows, labels));
            context.Generative.DrawReconstructions(vae.Transform(Chosen(context, test, rows, parsed.GetValue(count))), worstFirst: true).Save(parsed.GetValue(output)!);
            JsonOutput.Wrote(parsed.GetValue(output)!);
            Console.WriteLine($"the most unusual, over their reconstructions, are in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    private static void Tell(OutlierRow[] rows, double threshold)
    {
        OutlierRow[] found = [.. rows.Where(row => row.PredictedLabel).OrderByDescending(row => row.Score)];
        JsonOutput.Add("pictures", rows.Length);
        JsonOutput.Add("threshold", threshold);
        JsonOutput.Add("outliers", found.Select(row => new { row.Path, row.Score }));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Length} of {rows.Length} pictures are outliers: a mean squared error above {threshold:G4}"));
        foreach (OutlierRow row in found.Take(MostNamed))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Score,8:F4}  {row.Path}"));
        if (found.Length > MostNamed)
            Console.WriteLine($"  and {found.Length - MostNamed} more");
    }

    private static string Judge(MLContext context, OutlierRow[] rows, string[] usual)
    {
        int unusual = rows.Count(row => !usual.Contains(row.Label)), common = rows.Length - unusual;
        if (unusual == 0 || common == 0)
            return $"all {rows.Length} pictures are {(unusual == 0 ? "usual" : "unusual")} by their labels: nothing to judge by.";
        IDataView judged = context.Data.LoadFromEnumerable(rows.Select(row => new JudgedRow { Label = usual.Contains(row.Label) ? 0 : 1, Score = row.Score, PredictedLabel = row.PredictedLabel }).ToArray());
        int falseAlarms = Math.Max(1, common / 20);
        AnomalyDetectionMetrics metrics = context.AnomalyDetection.Evaluate(judged, falsePositiveCount: falseAlarms);
        JsonOutput.Add("byLabels", new { metrics.AreaUnderRocCurve, metrics.DetectionRateAtFalsePositiveCount, FalsePositiveCount = falseAlarms, Unusual = unusual, Usual = common });
        return string.Create(CultureInfo.InvariantCulture,
            $"by labels: area under the ROC curve {metrics.AreaUnderRocCurve:F3}; of {unusual} unusual pictures {metrics.DetectionRateAtFalsePositiveCount:P1} rank above all but {falseAlarms} of the {common} usual ones; "
            + $"{rows.Count(row => row.PredictedLabel && !usual.Contains(row.Label))} unusual and {rows.Count(row => row.PredictedLabel && usual.Contains(row.Label))} usual ones are called outliers");
    }

    // The pictures with the largest errors: these alone are coded again, to be drawn.
    private static IDataView Chosen(MLContext context, IDataView test, OutlierRow[] rows, int count)
    {
        HashSet<int> most = [.. rows.Index().OrderByDescending(row => row.Item.Score).Take(count).Select(row => row.Index)];
        // ML.NET leaves out the rows that the predicate is true of.
        return context.Data.FilterByStatefulCustomPredicate<NoColumns, Place>(test, (_, place) => !most.Contains(place.Next++), _ => { });
    }

    private sealed class NoColumns;

    private sealed class Place
    {
        public int Next { get; set; }
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = "";
    }

    private sealed class OutlierRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";

        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class JudgedRow
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
