using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;

namespace MLNetGen.Cli;

/// <summary>
/// Settings of an earlier run, of its <c>run.json</c>: <c>--config</c> takes them for a new run, and <c>--resume</c> those of the run that goes on. What is typed beside them comes first.
/// </summary>
internal static class RepeatedRun
{
    private const string FileName = "run.json", Config = "--config", Resume = "--resume", Out = "--out", Overwrite = "--overwrite", Train = "train";

    // Of the run that they were typed for.
    private static readonly string[] NotRepeated = [Config, Resume, Overwrite, "--quiet", "--json", "--open"];

    /// <summary>The command line with the settings of the earlier run, if one is named.</summary>
    /// <exception cref="InvalidDataException">The file is of another command, or holds none.</exception>
    public static string[] Complete(RootCommand root, string[] args)
    {
        ParseResult typed = root.Parse(args);
        Command command = typed.CommandResult.Command;
        if (Value(typed, Config) is { } config)
        {
            string path = Directory.Exists(config) ? Path.Combine(config, FileName) : config;
            if (!File.Exists(path))
                throw new FileNotFoundException($"{Config} is '{config}', and there is no '{path}': name a run's folder, or its {FileName}.");
            return With(root, args, typed, path, CommandIn(path) ?? throw new InvalidDataException(
                $"'{path}' says no command: the run was started by a program and not on the command line. Its settings are in it, to be typed."));
        }
        if (command.Options.Any(option => option.Name == Resume) && Given(typed, Resume) && Value(typed, Out) is { } folder
            && Path.Combine(folder, FileName) is var own && File.Exists(own) && CommandIn(own) is [Train, ..] before)
        {
            return With(root, args, typed, own, before);
        }
        return args;
    }

    /// <summary>What an earlier run was told by an option; null where nothing was, or no command line is known.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="option">With its dashes.</param>
    /// <exception cref="InvalidDataException">Its <c>run.json</c> is damaged.</exception>
    public static string? ValueIn(string folder, string option) =>
        CommandOf(folder) is { } command ? Value(Program.CreateRoot().Parse(command), option) : null;

    /// <summary>What a run was begun by; null where it was no command line.</summary>
    /// <param name="folder">The run's.</param>
    /// <exception cref="InvalidDataException">Its <c>run.json</c> is damaged.</exception>
    public static IReadOnlyList<string>? CommandOf(string folder) => Path.Combine(folder, FileName) is var path && File.Exists(path) ? CommandIn(path) : null;

    private static string[] With(RootCommand root, string[] args, ParseResult typed, string path, string[] before)
    {
        ParseResult earlier = root.Parse(before);
        Command command = typed.CommandResult.Command;
        if (earlier.CommandResult.Command != command)
            throw new InvalidDataException($"'{path}' is of '{string.Join(' ', before.TakeWhile(word => !word.StartsWith('-')))}', and this is '{command.Name}': give the command that it is of.");
        IEnumerable<string> repeated = earlier.CommandResult.Children.OfType<OptionResult>()
            .Where(result => result is { Implicit: false } && !NotRepeated.Contains(result.Option.Name) && !Given(typed, result.Option.Name))
            .SelectMany(result => (string[])[result.Option.Name, .. result.Tokens.Select(token => token.Value)]);
        return [.. args, .. repeated];
    }

    private static string[]? CommandIn(string path)
    {
        try
        {
            using JsonDocument run = JsonDocument.Parse(File.ReadAllBytes(path));
            return run.RootElement.TryGetProperty("command", out JsonElement command) && command.ValueKind == JsonValueKind.Array
                ? [.. command.EnumerateArray().Select(word => word.GetString()!)] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is no {FileName} of a run: {e.Message}", e);
        }
    }

    private static bool Given(ParseResult parsed, string name) => Of(parsed, name) is { Implicit: false };

    private static string? Value(ParseResult parsed, string name) => Of(parsed, name) is { } result ? result.GetValueOrDefault<string?>() : null;

    private static OptionResult? Of(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is { } option ? parsed.GetResult(option) : null;
}
