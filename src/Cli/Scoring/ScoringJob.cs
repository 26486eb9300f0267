using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MLNetGen.Cli.Scoring;

/// <summary>
/// What all shards of a job agree on, kept beside the parts as <c>score.json</c>. Parts are cut from the pictures in the order of their paths, whatever the number of shards: the
/// same part is the same file whoever makes it.
/// </summary>
internal sealed record ScoringJob
{
    private const string FileName = "score.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>SHA-256 of the model's file.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the pictures' paths.</summary>
    public required string Input { get; init; }

    /// <summary>How many pictures there are, readable or not.</summary>
    public required int Pictures { get; init; }

    public required int PartSize { get; init; }

    public required string Format { get; init; }

    /// <summary>The columns that were asked for; empty: those of the model's kind.</summary>
    public required string Columns { get; init; }

    /// <summary>How many classes a picture; 0: all.</summary>
    public required int Top { get; init; }

    public required long MaxPixels { get; init; }

    /// <summary>How many parts there are.</summary>
    public int Parts => (int)(((long)Pictures + PartSize - 1) / PartSize);

    public static string HashOf(string file)
    {
        using FileStream bytes = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    public static string HashOf(IEnumerable<string> paths) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', paths))));

    /// <exception cref="FileNotFoundException">The folder holds no job.</exception>
    /// <exception cref="InvalidDataException">Its file is damaged.</exception>
    public static ScoringJob Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no '{path}': give the --out of a 'score' that was run.");
        try
        {
            return JsonSerializer.Deserialize<ScoringJob>(File.ReadAllText(path), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is damaged: {e.Message.TrimEnd('.')}. Delete the folder and score again.", e);
        }
    }

    /// <summary>Refuses a folder that is another job's.</summary>
    /// <exception cref="InvalidDataException">It is.</exception>
    public void Check(string folder)
    {
        if (!File.Exists(Path.Combine(folder, FileName)) || Read(folder) is var there && there == this)
            return;
        JsonElement ours = JsonSerializer.SerializeToElement(this, Json), theirs = JsonSerializer.SerializeToElement(there, Json);
        string differ = string.Join(", ", ours.EnumerateObject().Where(one => theirs.GetProperty(one.Name).GetRawText() != one.Value.GetRawText())
            .Select(one => $"{one.Name} is {Short(theirs.GetProperty(one.Name))} there and {Short(one.Value)} here"));
        throw new InvalidDataException($"--out '{folder}' holds the scores of another job: {differ}. Name another folder, or delete this one.");
    }

    /// <summary>Makes the folder this job's, if it is nobody's yet.</summary>
    /// <exception cref="InvalidDataException">It is another job's.</exception>
    public void Claim(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            OutputFile.WriteAllText(path, JsonSerializer.Serialize(this, Json));
        Check(folder);
    }

    // Enough of a hash to see that it is another.
    private static string Short(JsonElement value) => value.ToString() is { Length: 64 } hash ? $"{hash[..8]}…" : value.GetRawText();
}
