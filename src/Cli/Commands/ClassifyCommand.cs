using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class ClassifyCommand
{
    // A sheet of more is too long to look at.
    private const int MostDrawn = 64;

    public static Command Create()
    {
        PictureArguments pictures = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A classifier's run or its model.zip", Required = true }.OfRun();
        Option<int> top = new("--top-k", "-k") { Description = "How many classes to tell of each picture", DefaultValueFactory = _ => 5 };
        Option<string?> output = new Option<string?>("--out") { Description = "Where to draw the pictures over their classes (.png)" }.Png();
        Option<int> columns = new Option<int>("--columns") { Description = "Pictures in a row of the sheet", DefaultValueFactory = _ => 4 }.AtLeast(1);
        Command command = new("classify", "Tell what is in pictures, with probabilities") { model, top, output, columns };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            string path = parsed.GetValue(model)!;
            if (parsed.GetValue(top) < 1)
                throw new ArgumentException($"--top-k is {parsed.GetValue(top)}; it must be at least 1.");
            ITransformer loaded = ModelFile.Load(context, path).WithBatching();
            using IDisposable? sessions = loaded as IDisposable;
            IDataView scored = ClassifierModel.Classify(loaded, pictures.Load(context, parsed), path);
            IReadOnlyList<PicturePrediction> predictions = context.MulticlassClassification.ReadPredictions(scored, parsed.GetValue(top));
            JsonOutput.Add("pictures", predictions.Select(one => new { one.Path, one.Top }));
            foreach (PicturePrediction prediction in predictions) Console.WriteLine(Describe(prediction));
            if (parsed.GetValue(output) is { } sheet)
            {
                PicturePrediction[] drawn = [.. predictions.Take(MostDrawn)];
                context.MulticlassClassification.DrawPredictions(scored, drawn, columns: parsed.GetValue(columns)).Save(sheet);
                JsonOutput.Wrote(sheet);
                Console.WriteLine($"{(drawn.Length < predictions.Count ? $"the first {drawn.Length} pictures are" : "drawn")} in {sheet}");
            }
            return 0;
        });
        return command;
    }

    private static string Describe(PicturePrediction prediction) => prediction.Top.Count switch
    {
        0 => $"{prediction.Path}: scores are not numbers",
        1 => $"{prediction.Path}: {prediction.Top[0].Name} {Percent(prediction.Top[0])}",
        _ => string.Join(Environment.NewLine, [prediction.Path, .. prediction.Top.Select(one => $"  {Percent(one),7}  {one.Name}")]),
    };

    private static string Percent(ClassProbability one) => one.Probability.ToString("P1", CultureInfo.InvariantCulture);
}
