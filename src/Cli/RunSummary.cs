using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLNetGen.Cli;

/// <summary>What a run's <c>metrics.json</c> says of it.</summary>
internal sealed record RunSummary
{
    public const string FileName = "metrics.json";

    // A study's runs lie in folders of its own.
    private static readonly EnumerationOptions Depth = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };

    public required string Folder { get; init; }

    public required string Family { get; init; }

    /// <summary><c>running</c>; <c>interrupted</c>: it has not written for so long that it was killed, or its machine sleeps; <c>stopped</c>: it ended early by itself; <c>finished</c>.</summary>
    public string State => End ?? (DateTime.UtcNow - Written < Patience ? "running" : "interrupted");

    /// <summary>How it ended; null where it has not.</summary>
    [JsonIgnore]
    public string? End { get; init; }

    /// <summary>When its file was written.</summary>
    [JsonIgnore]
    public DateTime Written { get; init; }

    /// <summary>Whether it has as many epochs, or steps, as it was to have.</summary>
    [JsonIgnore]
    public bool IsWhole { get; init; }

    /// <summary>Or other stretches of steps.</summary>
    public required int Epochs { get; init; }

    public required double Seconds { get; init; }

    public string Time => TimeSpan.FromSeconds(Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>On test rows, or the last epoch's.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The figures of each epoch, or stretch of steps.</summary>
    [JsonIgnore]
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Rounds { get; init; } = [];

    /// <summary>What the run found amiss, and why it stopped early.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Warnings { get; init; } = [];

    // Of a run that goes on: three times what an epoch takes on average, and a while to begin with.
    private TimeSpan Patience => TimeSpan.FromMinutes(1) + (3 * TimeSpan.FromSeconds(Seconds / Math.Max(1, Epochs)));

    /// <summary>The run in a folder, and those in its folders.</summary>
    public static IEnumerable<RunSummary> Under(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder '{folder}'.");
        return Directory.EnumerateFiles(folder, FileName, Depth).Select(file => ReadOrTell(Path.GetDirectoryName(file)!)).OfType<RunSummary>();
    }

    /// <summary>Whether a folder holds a run that has as many epochs, or steps, as it was to have.</summary>
    public static bool HasWhole(string folder) => Read(folder, out _) is { IsWhole: true };

    private static RunSummary? ReadOrTell(string folder)
    {
        RunSummary? run = Read(folder, out string? problem);
        if (run is null)
            Console.Error.WriteLine($"left out '{folder}': its {FileName} cannot be read: {problem}");
        return run;
    }

    /// <summary>The run in a folder; null where its file cannot be read.</summary>
    public static RunSummary? Read(string folder, out string? problem)
    {
        problem = null;
        try
        {
            JsonObject metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName)))!.AsObject();
            JsonArray? epochs = (metrics["epochs"] ?? metrics["averages"] ?? metrics["rounds"] ?? metrics["iterations"]) as JsonArray;
            JsonNode? settings = metrics["settings"];
            bool isRunning = metrics["isRunning"]?.GetValue<bool>() == true;
            Dictionary<string, double> figures = Numbers(metrics["test"] ?? epochs?.LastOrDefault()?["test"] ?? epochs?.LastOrDefault());
            foreach (string number in (string[])["epoch", "step", "steps"]) figures.Remove(number);
            Dictionary<string, string> texts = [];
            Flatten(settings, "", (name, value) => texts[name] = value.ToString());
            return new()
            {
                Folder = folder,
                Family = metrics["family"]?.ToString() ?? "?",
                End = isRunning ? null : metrics["stopped"] is not null ? "stopped" : "finished",
                Written = File.GetLastWriteTimeUtc(Path.Combine(folder, FileName)),
                IsWhole = !isRunning && ((settings?["epochs"] is { } planned && epochs?.Count >= planned.GetValue<int>())
                    || (settings?["steps"] is { } steps && epochs?.LastOrDefault()?["step"]?.GetValue<long>() >= steps.GetValue<long>())),
                Epochs = epochs?.Count ?? 0,
                Seconds = metrics["seconds"]?.GetValue<double>() ?? 0,
                Figures = figures,
                Settings = texts,
                Rounds = [.. epochs?.Select(Numbers) ?? []],
                Warnings = [.. (metrics["warnings"] as JsonArray)?.Select(warning => $"{warning}") ?? [], .. metrics["stopped"] is { } stopped ? (string[])[$"{stopped}"] : []],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            problem = e.Message;
            return null;
        }
    }

    private static Dictionary<string, double> Numbers(JsonNode? node)
    {
        Dictionary<string, double> numbers = [];
        Flatten(node, "", (name, value) =>
        {
            if (value.GetValueKind() == JsonValueKind.Number)
                numbers[name] = value.GetValue<double>();
        });
        return numbers;
    }

    private static void Flatten(JsonNode? node, string name, Action<string, JsonValue> add)
    {
        if (node is JsonObject parts)
            foreach ((string key, JsonNode? part) in parts) Flatten(part, name.Length == 0 ? key : $"{name}.{key}", add);
        else if (node is JsonValue value)
            add(name, value);
        else if (node is JsonArray { Count: > 0 } array && array[0] is JsonValue)
            add(name, JsonValue.Create(string.Join('×', array.Select(one => one?.ToString()))));
    }
}
