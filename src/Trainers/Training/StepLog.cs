using System.Text.Json;

namespace MLNetGen;

/// <summary><c>training_log.jsonl</c>: a row a step, on disk when its figures are read: on the processor, before the next step begins. One that could not be written on begins again at the next checkpoint.</summary>
/// <typeparam name="TRow">What a step measured.</typeparam>
internal sealed class StepLog<TRow>(string workspace, TrainingSession session)
    where TRow : class
{
    private static readonly JsonSerializerOptions Json = new(RunJson.Options) { WriteIndented = false };

    private readonly DiskWrites disk = new(session);
    private bool isWhole;

    /// <summary>The first rows, as far as the file has them.</summary>
    /// <param name="workspace">Where it lies.</param>
    /// <param name="isPart">Whether a row is still one of them.</param>
    public static IReadOnlyList<TRow> Read(string workspace, Func<TRow, bool> isPart)
    {
        string path = PathIn(workspace);
        // A process that was killed may have left half a line at the end.
        return File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).TakeWhile(row => row is not null && isPart(row)).OfType<TRow>()] : [];
    }

    /// <summary>Writes all rows, if they are not there: those that a resumed run goes on from, without the steps that were lost.</summary>
    public void Complete(IReadOnlyList<TRow> rows)
    {
        if (!isWhole)
            isWhole = disk.Try("the log is missing", () => SafeFile.WriteAllText(PathIn(workspace), string.Concat(rows.Select(Line))));
    }

    public void Add(TRow row)
    {
        if (isWhole)
            isWhole = disk.Try("the log ends here", () => File.AppendAllText(PathIn(workspace), Line(row)));
    }

    private static string PathIn(string workspace) => Path.Combine(workspace, "training_log.jsonl");

    private static string Line(TRow row) => JsonSerializer.Serialize(row, Json) + "\n";

    private static TRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
