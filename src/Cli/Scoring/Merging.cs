using System.Globalization;

namespace MLNetGen.Cli.Scoring;

/// <summary>One file of all parts, where all are there: text formats; the others are read as a folder.</summary>
internal static class Merging
{
    private const string Name = "scores", Errors = "errors.csv";

    /// <exception cref="InvalidDataException">Parts are not there.</exception>
    public static int Merge(string folder)
    {
        ScoringJob job = ScoringJob.Read(folder);
        PartFormat format = PartFormat.All.FirstOrDefault(one => one.Name == job.Format)
            ?? throw new InvalidDataException($"'{folder}' has parts of an unknown format, '{job.Format}'.");
        PartFiles files = new(folder, format);
        int[] missing = [.. Enumerable.Range(0, job.Parts).Where(part => !files.Has(part))];
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"{missing.Length} of the {job.Parts} parts are not in '{folder}', '{Path.GetFileName(files.PathOf(missing[0]))}' the first of them: "
                + "run the shards again, and copy their parts here.");
        }
        int leftOut = Enumerable.Range(0, job.Parts).Sum(files.CountErrors);
        string[] errors = [.. Enumerable.Range(0, job.Parts).Select(files.ErrorsOf).Where(File.Exists)];
        if (errors.Length > 0)
            Concatenate(errors, Path.Combine(folder, Errors), headers: true);
        string[] parts = [.. Enumerable.Range(0, job.Parts).Select(files.PathOf)];
        JsonOutput.Add("pictures", job.Pictures - leftOut);
        JsonOutput.Add("leftOut", leftOut);
        JsonOutput.Add("parts", job.Parts);
        if (format == PartFormat.Csv || format == PartFormat.JsonLines)
        {
            string target = Path.Combine(folder, Name + format.Extension);
            Concatenate(parts, target, headers: format == PartFormat.Csv);
            JsonOutput.Wrote(target);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job.Pictures - leftOut:N0} pictures are in {target}"));
        }
        else
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"all {job.Parts} parts, {job.Pictures - leftOut:N0} pictures, are in {folder}; what reads {format.Name} takes them together (docs/many-machines.md)"));
        }
        if (leftOut > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{leftOut:N0} pictures cannot be read: {Path.Combine(folder, Errors)}"));
        return 0;
    }

    private static void Concatenate(IReadOnlyList<string> files, string target, bool headers) => OutputFile.Write(target, unfinished =>
    {
        using FileStream to = new(unfinished, FileMode.CreateNew, FileAccess.Write);
        for (int i = 0; i < files.Count; i++)
        {
            using FileStream from = File.OpenRead(files[i]);
            if (i > 0 && headers) from.Position = CsvPart.Ends(File.OpenRead(files[i])).First();
            from.CopyTo(to);
        }
    });
}
