using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace MLNetGen.Cli;

/// <summary>
/// Says of a command line what is wrong with it, in one line each, and takes nothing for what it is not: numbers have a point and no thousands separators (<c>0,001</c> is no 1), and a word
/// that begins with a dash is an option or an error, unless there is a file of that name.
/// </summary>
internal static class StrictParsing
{
    // Beyond half of a name's letters, it is another name.
    private const double MaximumDistance = 0.5;

    private static readonly MethodInfo ParserSetter = typeof(StrictParsing).GetMethod(nameof(SetParser), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo ArgumentParserSetter = typeof(StrictParsing).GetMethod(nameof(SetArgumentParser), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Gives every option and argument of a command, and of those below it, strict parsers.</summary>
    public static void Apply(Command command)
    {
        foreach (Option option in command.Options.Where(option => IsValue(option.ValueType)))
            ParserSetter.MakeGenericMethod(option.ValueType).Invoke(null, [option]);
        foreach (Argument argument in command.Arguments.Where(argument => IsValue(argument.ValueType)))
            ArgumentParserSetter.MakeGenericMethod(argument.ValueType).Invoke(null, [argument]);
        foreach (Option option in command.Options)
            option.Validators.Add(RefuseNothing);
        foreach (Option option in command.Options.Where(option => ValueNames.Of(option.ValueType).Length > 0))
        {
            string[] values = [.. ValueNames.Of(option.ValueType).Select(ValueNames.Typed)];
            option.HelpName = string.Join('|', values);
            option.CompletionSources.Clear();
            option.CompletionSources.Add(values);
        }
        foreach (Argument argument in command.Arguments)
            argument.Validators.Add(result => RefuseOptions(result, command));
        foreach (Command below in command.Subcommands)
            Apply(below);
    }

    /// <summary>What is wrong, a line each; null where the command can run, or help was asked for.</summary>
    public static IReadOnlyList<string>? Errors(ParseResult parsed)
    {
        // Help on what is no command would be another command's. A shell that asks for completions gives its line as a word.
        bool isUnknown = parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Any(word => !IsOption(word)) && !parsed.Tokens.Any(token => token.Type == TokenType.Directive);
        if (parsed.Action is not ParseErrorAction && !isUnknown)
            return null;
        string[] unknown = [.. parsed.UnmatchedTokens.Where(IsOption)];
        if (unknown.Length > 0)
            return [.. unknown.Select(name => Unknown(name, parsed.CommandResult.Command))];
        if (parsed.UnmatchedTokens.Count > 0)
        {
            Command command = parsed.CommandResult.Command;
            return command.Subcommands.Count > 0
                ? [$"there is no command '{parsed.UnmatchedTokens[0]}'{Nearest(parsed.UnmatchedTokens[0], command.Subcommands.Select(below => below.Name))}; there are {string.Join(", ", command.Subcommands.Select(below => below.Name))}."]
                : [$"'{string.Join(' ', parsed.UnmatchedTokens)}' belongs to no option, and {command.Name} takes no more arguments: a value with spaces needs quotes."];
        }
        return [.. parsed.Errors.Select(error => error.Message).Distinct()];
    }

    private static bool IsValue(Type type) => ElementOf(type) is var element && (element.IsEnum || element == typeof(int) || element == typeof(long) || element == typeof(double) || element == typeof(float));

    private static Type ElementOf(Type type) => type.IsArray ? ElementOf(type.GetElementType()!) : Nullable.GetUnderlyingType(type) ?? type;

    private static void SetParser<T>(Option<T> option) => option.CustomParser ??= result => Parsed<T>(result, option.Name);

    private static void SetArgumentParser<T>(Argument<T> argument) => argument.CustomParser ??= result => Parsed<T>(result, argument.Name);

    private static T? Parsed<T>(ArgumentResult result, string name)
    {
        Type element = ElementOf(typeof(T));
        Array values = Array.CreateInstance(element, result.Tokens.Count);
        for (int i = 0; i < values.Length; i++)
        {
            if (Value(result.Tokens[i].Value, element) is not { } value)
            {
                result.AddError($"{name} is '{result.Tokens[i].Value}'; it must be {Wanted(element)}.");
                return default;
            }
            values.SetValue(value, i);
        }
        return typeof(T).IsArray ? (T)(object)values : values.Length > 0 ? (T)values.GetValue(values.Length - 1)! : default;
    }

    private static object? Value(string text, Type type) => type switch
    {
        _ when type.IsEnum => Enum.GetNames(type).FirstOrDefault(name => string.Equals(name, text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null,
        _ when type == typeof(int) => Number<int>(text, NumberStyles.AllowLeadingSign),
        _ when type == typeof(long) => Number<long>(text, NumberStyles.AllowLeadingSign),
        _ when type == typeof(float) => Number<float>(text, NumberStyles.Float),
        _ => Number<double>(text, NumberStyles.Float),
    };

    private static object? Number<T>(string text, NumberStyles styles)
        where T : struct, INumber<T> => T.TryParse(text, styles, CultureInfo.InvariantCulture, out T value) && T.IsFinite(value) ? value : null;

    private static string Wanted(Type type) => type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(ValueNames.Typed))}"
        : type == typeof(int) || type == typeof(long) ? "a whole number, such as 64"
        : "a number with a point and no separators, such as 0.001 or 1e-3";

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // As a script gives where its variable is unset.
    private static void RefuseNothing(OptionResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            result.AddError($"{result.Option.Name} is empty: give it a value, or leave it out.");
    }

    // An argument takes whatever is no option of the command's.
    private static void RefuseOptions(ArgumentResult result, Command command)
    {
        foreach (Token token in result.Tokens.Where(token => IsOption(token.Value) && !Path.Exists(token.Value)))
            result.AddError(Unknown(token.Value, command));
    }

    private static string Unknown(string option, Command command) =>
        $"there is no option '{option}'{Nearest(option, command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(known => known.Recursive))).Where(known => !known.Hidden).SelectMany(known => known.Aliases.Append(known.Name)))}; '{command.Path()} --help' has all."
            + (command.Arguments.Count > 0 ? $" A file of that name is './{option}'." : "");

    private static string Nearest(string word, IEnumerable<string> known) =>
        known.Select(name => (Name: name, Distance: Distance(word.TrimStart('-'), name.TrimStart('-')))).Where(near => near.Distance <= word.TrimStart('-').Length * MaximumDistance).OrderBy(near => near.Distance).FirstOrDefault().Name is { } nearest
            ? $" (did you mean '{nearest}'?)" : "";

    // Levenshtein's, and two neighbours that changed places are one slip too.
    private static int Distance(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }
                edits[i, j] = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }
        return edits[a.Length, b.Length];
    }
}
