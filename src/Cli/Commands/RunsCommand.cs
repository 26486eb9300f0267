using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace MLNetGen.Cli.Commands;

internal static class RunsCommand
{
    // More settings than this side by side are a table of everything.
    private const int MostFigures = 3, PlainWidth = 120;

    public static Command Create()
    {
        Argument<string[]> folders = new("folders") { Description = "Runs, and folders of runs", DefaultValueFactory = _ => ["out"] };
        Option<bool> json = JsonOutput.Option();
        Command command = new("runs", "List runs with their figures, and the settings that differ") { folders, json };
        command.SetAction(parsed =>
        {
            RunSummary[] runs = [.. parsed.GetValue(folders)!.SelectMany(RunSummary.Under).DistinctBy(run => Path.GetFullPath(run.Folder)).OrderBy(run => run.Folder, StringComparer.Ordinal)];
            if (runs.Length == 0)
                throw new ArgumentException($"there are no runs in {string.Join(", ", parsed.GetValue(folders)!)}: train one, or name the folder that they are in.");
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new { runs });
                return 0;
            }
            Show(["run", "family", "state", "epochs", "time", "figures"],
                runs.Select(run => (string[])[run.Folder, run.Family, run.State, run.Epochs.ToString(CultureInfo.InvariantCulture), run.Time, Figures(run)]));
            foreach (IGrouping<string, RunSummary> family in runs.GroupBy(run => run.Family).Where(family => family.Count() > 1))
                ShowDifferences([.. family]);
            return 0;
        });
        return command;
    }

    private static string Figures(RunSummary run) =>
        string.Join("  ", run.Figures.Take(MostFigures).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:G4}")));

    private static void ShowDifferences(RunSummary[] runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Settings.Keys).Distinct().Where(name => runs.Select(run => run.Settings.GetValueOrDefault(name, "")).Distinct().Count() > 1)];
        if (names.Length == 0)
            return;
        Console.WriteLine();
        Show(["setting", .. runs.Select(run => Path.GetFileName(run.Folder))], names.Select(name => (string[])[name, .. runs.Select(run => run.Settings.GetValueOrDefault(name, "–"))]));
    }

    private static void Show(string[] head, IEnumerable<string[]> rows)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = PlainWidth;
        Table table = new() { Border = TableBorder.Horizontal, UseSafeBorder = true };
        foreach (string name in head) table.AddColumn(new TableColumn(new Text(name)).PadLeft(0));
        foreach (string[] row in rows) table.AddRow(row.Select(text => new Text(text)));
        AnsiConsole.Write(table);
    }
}

/// <summary>What a run's <c>metrics.json</c> says of it.</summary>
internal sealed record RunSummary
{
    private const string FileName = "metrics.json";

    // A study's runs lie in folders of its own.
    private static readonly EnumerationOptions Depth = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };

    public required string Folder { get; init; }

    public required string Family { get; init; }

    /// <summary><c>unfinished</c>: it is trained now, or was killed; <c>stopped</c>: it ended early by itself; <c>finished</c>.</summary>
    public required string State { get; init; }

    /// <summary>Or other stretches of steps.</summary>
    public required int Epochs { get; init; }

    public required double Seconds { get; init; }

    public string Time => TimeSpan.FromSeconds(Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>On test rows, or the last epoch's.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The run in a folder, and those in its folders.</summary>
    public static IEnumerable<RunSummary> Under(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder '{folder}'.");
        return Directory.EnumerateFiles(folder, FileName, Depth).Select(file => Read(Path.GetDirectoryName(file)!)).OfType<RunSummary>();
    }

    private static RunSummary? Read(string folder)
    {
        try
        {
            JsonObject metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName)))!.AsObject();
            JsonArray? epochs = (metrics["epochs"] ?? metrics["averages"] ?? metrics["rounds"] ?? metrics["iterations"]) as JsonArray;
            Dictionary<string, double> figures = [];
            Flatten(metrics["test"] ?? epochs?.LastOrDefault()?["test"] ?? epochs?.LastOrDefault(), "", (name, value) =>
            {
                if (value.GetValueKind() == JsonValueKind.Number && name is not ("epoch" or "step" or "steps"))
                    figures[name] = value.GetValue<double>();
            });
            Dictionary<string, string> texts = [];
            Flatten(metrics["settings"], "", (name, value) => texts[name] = value.ToString());
            return new()
            {
                Folder = folder,
                Family = metrics["family"]?.ToString() ?? "?",
                State = metrics["isRunning"]?.GetValue<bool>() == true ? "unfinished" : metrics["stopped"] is not null ? "stopped" : "finished",
                Epochs = epochs?.Count ?? 0,
                Seconds = metrics["seconds"]?.GetValue<double>() ?? 0,
                Figures = figures,
                Settings = texts,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"left out '{folder}': its {FileName} cannot be read: {e.Message}");
            return null;
        }
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
