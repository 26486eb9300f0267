using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class SimilarCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new();
        Option<string> model = new("--model") { Description = "A model.zip that gives Features, as 'train alexnet' does", Required = true };
        Option<string> data = new("--data") { Description = "A folder of pictures to search, such as the training pictures", Required = true };
        Option<int> count = new("-k") { Description = "How many similar pictures to show of each", DefaultValueFactory = _ => 6 };
        Option<string> output = new("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "similar.png") };
        Command command = new("similar", "Find the pictures that a network finds most like others") { model, data, count, output };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            string path = parsed.GetValue(model)!;
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"-k is {parsed.GetValue(count)}; it must be at least 1.");
            ITransformer loaded = ModelFile.Load(context, path);
            using IDisposable? sessions = loaded as IDisposable;
            IDataView asked = pictures.Load(context, parsed);
            context.Log += LogLines.Show;
            IDataView among = context.Images.Load(parsed.GetValue(data)!, pictures.Options(parsed));
            SimilarPictures similar = context.Images.FindSimilar(ClassifierModel.Describe(loaded, asked, path), ClassifierModel.Describe(loaded, among, path), parsed.GetValue(count));
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
}
