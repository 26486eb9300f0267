using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class SimilarCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new();
        Option<string?> model = new Option<string?>("--model") { Description = "A run or a model.zip that gives Features, as 'train alexnet' does. Unset: ResNet-18, trained on ImageNet" }.OfRun();
        Option<string> data = new("--data") { Description = "A folder of pictures to search, such as the training pictures", Required = true };
        Option<int> count = new("--top-k", "-k") { Description = "How many similar pictures to show of each", DefaultValueFactory = _ => 6 };
        Option<string> output = new Option<string>("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "similar.png") }.Png();
        Command command = new("similar", "Find the pictures that a network finds most like others") { model, data, count, output };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--top-k is {parsed.GetValue(count)}; it must be at least 1.");
            using IDisposable? sessions = Describer(context, parsed.GetValue(model), out Func<IDataView, IDataView> describe);
            IDataView asked = pictures.Load(context, parsed);
            context.Log += LogLines.Show;
            IDataView among = context.Images.Load(parsed.GetValue(data)!, pictures.Options(parsed));
            SimilarPictures similar = context.Images.FindSimilar(describe(asked), describe(among), parsed.GetValue(count));
            JsonOutput.Add("pictures", similar.QueryNames.Zip(similar.Rows, (name, row) => new { Path = name, Similar = row.Select(one => new { one.Path, one.Distance }) }));
            JsonOutput.Wrote(parsed.GetValue(output)!);
            for (int i = 0; i < similar.Rows.Count; i++)
            {
                Console.WriteLine(similar.QueryNames[i]);
                foreach (SimilarPicture one in similar.Rows[i])
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {one.Distance,8:F2}  {one.Path}"));
            }
            similar.Save(parsed.GetValue(output)!);
            Console.WriteLine($"drawn in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    // What adds Features to pictures, and what to dispose of when it is done.
    private static IDisposable? Describer(MLContext context, string? path, out Func<IDataView, IDataView> describe)
    {
        if (path is null)
        {
            FeatureExtractor extractor = FeatureExtractor.ResNet18(context);
            describe = rows => extractor.Transform(rows);
            return extractor;
        }
        ITransformer loaded = ModelFile.Load(context, path).WithBatching();
        describe = rows => ClassifierModel.Describe(loaded, rows, path);
        return loaded as IDisposable;
    }
}
