using System.CommandLine;
using Microsoft.ML;
using MLNetGen.Cli.Scoring;

namespace MLNetGen.Cli.Commands;

internal static class ScoreCommand
{
    public static Command Create()
    {
        Option<string?> model = new Option<string?>("--model") { Description = "A run or a model.zip with a picture column: of any family, or any that ML.NET saved", Required = true }.OfRun();
        Option<string> input = new("--input") { Description = "A folder of pictures (subfolders are labels)", Required = true };
        Option<string> output = new("--out") { Description = "The folder for parts; all shards may share it", Required = true };
        Option<Shard> shard = new("--shard")
        {
            Description = "i/n: the i-th of n processes that share the work; the parts are the same whatever n is",
            CustomParser = result =>
            {
                string text = string.Join(' ', result.Tokens);
                if (Shard.TryParse(text) is { } parsed)
                    return parsed;
                result.AddError($"--shard is '{text}'; it must be i/n with 1 ≤ i ≤ n, such as 2/8.");
                return default;
            },
            DefaultValueFactory = _ => new Shard(1, 1),
        };
        Option<string> format = new Option<string>("--format")
        {
            Description = "What parts are written as: jsonl is JSON, an object a line; idv and tsv are ML.NET's own; pictures are PNG, of a model that makes them",
            DefaultValueFactory = _ => PartFormat.Csv.Name,
        }.AcceptOnlyFromAmong([.. PartFormat.All.Select(one => one.Name)]);
        Option<string[]> columns = new("--columns")
        {
            Description = "Which of the model's columns; unset: a classifier's labels and scores, a VAE's codes, a discriminator's realness, all that any other model adds",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> top = new Option<int>("--top-k", "-k") { Description = "Of a classifier, the likeliest classes alone, and how many; 0: the scores of all" }.AtLeast(0);
        Option<int> partSize = new Option<int>("--part-size")
        {
            Description = "Pictures a part: what is lost at most where a process is killed",
            DefaultValueFactory = _ => 1000,
        }.AtLeast(1);
        Option<int> batch = new Option<int>("--batch-size") { Description = "Pictures that are run at once; 0: by the size of a picture" }.AtLeast(0);
        Option<int> threads = new Option<int>("--threads") { Description = "Processor cores to use; 0: all" }.AtLeast(0);
        Option<long> maxPixels = LargestPicture.Option();
        Command command = new("score", "Run a model over a folder of pictures, alone or as one of many processes; the same command goes on where it was stopped")
            { model, input, output, shard, format, columns, top, partSize, batch, threads, maxPixels };
        OutputPlace.AddCheck(command, input);
        command.Add(Merge());
        command.SetWork((parsed, cancel) =>
        {
            string folder = parsed.GetValue(output)!, pictures = parsed.GetValue(input)!, path = parsed.GetValue(model)!;
            MLContext context = CommandContext.Create(seed: 1, parsed.GetValue(threads));
            context.Log += LogLines.Show;
            PictureFolderContents found = PictureFolder.Find(pictures);
            if (found.LeftOut.Count > 0)
                Console.Error.WriteLine($"mlnetgen: of '{pictures}': {new ImageFolderReport(found.Pictures.Count, []) { Unused = found.LeftOut }}");
            if (found.Pictures.Count == 0)
                throw new ArgumentException($"there are no pictures in --input '{pictures}'.");
            OnnxBatchingOptions options = new()
            {
                BatchSize = NullIfZero(parsed.GetValue(batch)),
                Threads = NullIfZero(parsed.GetValue(threads)),
                CancellationToken = cancel,
                Context = context,
            };
            ITransformer loaded = ModelFile.Load(context, path).WithBatching(options);
            using IDisposable? sessions = loaded as IDisposable;
            PartFormat written = PartFormat.Named(parsed.GetValue(format)!);
            string[] asked = parsed.GetValue(columns) ?? [];
            ScoringJob job = new()
            {
                Model = ScoringJob.HashOf(path),
                Input = ScoringJob.HashOf(found.Pictures),
                Pictures = found.Pictures.Count,
                PartSize = parsed.GetValue(partSize),
                Format = written.Name,
                Columns = string.Join(' ', asked),
                Top = parsed.GetValue(top),
                MaxPixels = parsed.GetValue(maxPixels),
            };
            ScoredRows rows = new(context, written, asked, job.Top);
            return new ShardRun(context, loaded, job, written, rows, pictures, folder).Make(found.Pictures, parsed.GetValue(shard), cancel);
        });
        return command;
    }

    private static Command Merge()
    {
        Option<string> output = new("--out") { Description = "The folder with all shards' parts", Required = true };
        Command command = new("merge", "See that all parts are there, and make one file of them: scores.csv or scores.jsonl, and errors.csv") { output };
        command.SetAction(parsed => Merging.Merge(parsed.GetValue(output)!));
        return command;
    }

    private static int? NullIfZero(int value) => value == 0 ? null : value;
}
