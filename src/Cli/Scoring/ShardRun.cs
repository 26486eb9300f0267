using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Scoring;

/// <summary>Makes the parts of a shard that are not there yet.</summary>
/// <param name="context">The context.</param>
/// <param name="model">What is run.</param>
/// <param name="job">What the shards agree on.</param>
/// <param name="format">What parts are written as.</param>
/// <param name="columns">What is written of a row.</param>
/// <param name="input">The folder of pictures.</param>
/// <param name="output">The folder for parts.</param>
internal sealed class ShardRun(MLContext context, ITransformer model, ScoringJob job, PartFormat format, ScoredRows columns, string input, string output)
{
    private readonly PartFiles files = new(output, format);

    /// <param name="pictures">All pictures of the input, by their paths there, in order.</param>
    /// <param name="shard">Whose parts to make.</param>
    /// <param name="cancel">Stops within a part, of which nothing is left.</param>
    /// <exception cref="InvalidDataException">The output is another job's, or a picture cannot be scored.</exception>
    public int Make(IReadOnlyList<string> pictures, Shard shard, CancellationToken cancel)
    {
        job.Check(output);
        int[] parts = [.. shard.PartsOf(job.Parts)];
        int there = 0, made = 0, leftOut = 0;
        foreach (int part in parts)
        {
            if (files.Has(part))
            {
                there++;
                leftOut += files.CountErrors(part);
                continue;
            }
            string path = files.PathOf(part);
            try
            {
                cancel.ThrowIfCancellationRequested();
                long started = Stopwatch.GetTimestamp();
                string[] ones = [.. pictures.Skip(part * job.PartSize).Take(job.PartSize)];
                IReadOnlyList<SkippedPicture> skipped = Make(ones, part);
                made++;
                leftOut += skipped.Count;
                JsonOutput.Progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{path}  {ones.Length - skipped.Count:N0} pictures{LeftOut(skipped.Count)}, {ones.Length / Stopwatch.GetElapsedTime(started).TotalSeconds:F0}/s"));
            }
            catch (Exception e) when (e is OperationCanceledException || (cancel.IsCancellationRequested && Failure.IsExpected(e)))
            {
                Console.Error.WriteLine($"mlnetgen: stopped; {there + made} of the {parts.Length} parts of shard {shard} are there. The same command makes the others.");
                return Failure.Interrupted;
            }
        }
        JsonOutput.Add("shard", $"{shard}");
        JsonOutput.Add("parts", new { Shard = parts.Length, All = job.Parts, Before = there });
        JsonOutput.Add("leftOut", leftOut);
        JsonOutput.Wrote(output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"shard {shard}: its {parts.Length} of {job.Parts} parts are there, {there} from before")
            + (leftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {leftOut:N0} pictures cannot be read: part-*.errors.csv names them")));
        return 0;
    }

    private IReadOnlyList<SkippedPicture> Make(string[] ones, int part)
    {
        IDataView source = context.Images.LoadFolder(input, ones, new ImageFolderOptions { MaximumPixels = job.MaxPixels }, out ImageFolderReport report);
        IDataView rows = columns.Of(source, model.Transform(source));
        // Not before it is known that the model has these columns.
        job.Claim(output);
        try
        {
            files.Write(part, report.Skipped, path => format.Write(context, rows, path));
        }
        catch (Exception e) when (Failure.IsExpected(e) && e is not IOException)
        {
            throw new InvalidDataException($"part {part} ('{ones[0]}' to '{ones[^1]}'): {Failure.MessageOf(e)}", e);
        }
        return report.Skipped;
    }

    private static string LeftOut(int count) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {count:N0} left out");
}
