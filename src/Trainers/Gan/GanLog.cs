using System.Text.Json;

namespace MLNetGen.Gan;

/// <summary><c>training_log.jsonl</c>: a row a step, on disk before the next step begins.</summary>
internal sealed class GanLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(RunJson.Options) { WriteIndented = false };

    private readonly StreamWriter writer;

    /// <summary>Starts the file with the rows that a resumed run goes on from; later ones, of the part that was lost, go.</summary>
    public GanLog(string workspace, IEnumerable<GanLogRow> kept)
    {
        string path = PathIn(workspace);
        SafeFile.WriteAllText(path, string.Concat(kept.Select(row => Line(row) + "\n")));
        writer = new StreamWriter(path, append: true) { AutoFlush = true, NewLine = "\n" };
    }

    public static string PathIn(string workspace) => Path.Combine(workspace, "training_log.jsonl");

    /// <summary>The rows of steps 1 … <paramref name="last"/>, as far as the file has them.</summary>
    public static IReadOnlyList<GanLogRow> Read(string workspace, int last)
    {
        string path = PathIn(workspace);
        List<GanLogRow> rows = [];
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            // A process that was killed may have left half a line at the end.
            if (Parse(line) is not { } row || row.Step > last)
                break;
            rows.Add(row);
        }
        return rows;
    }

    public void Add(GanLogRow row) => writer.WriteLine(Line(row));

    public void Dispose() => writer.Dispose();

    private static string Line(GanLogRow row) => JsonSerializer.Serialize(row, Json);

    private static GanLogRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<GanLogRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
