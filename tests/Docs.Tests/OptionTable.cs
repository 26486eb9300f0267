using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLNetGen.Tests.Docs;

/// <summary>The options of a trainer as a table of a page, from its class and the comments in it.</summary>
internal static partial class OptionTable
{
    /// <summary>The classes that have tables, with the command that takes their options, or none.</summary>
    public static readonly IReadOnlyDictionary<string, (Type Options, string? Command)> All = new Dictionary<string, (Type, string?)>
    {
        ["TrainingOptions"] = (typeof(TrainingOptions), "vae"),
        ["VaeTrainer"] = (typeof(VaeTrainer.Options), "vae"),
        ["DcganTrainer"] = (typeof(DcganTrainer.Options), "gan"),
        ["AlexNetTrainer"] = (typeof(AlexNetTrainer.Options), "alexnet"),
        ["FineTuneTrainer"] = (typeof(FineTuneTrainer.Options), "classifier"),
        ["StyleTransferTrainer"] = (typeof(StyleTransferTrainer.Options), "style"),
        ["SuperResolutionTrainer"] = (typeof(SuperResolutionTrainer.Options), "super-resolution"),
        ["TorchEstimator"] = (typeof(TorchEstimator.Options), null),
    };

    private static readonly Lazy<Dictionary<string, XElement>> Comments = new(() => XDocument.Load(Path.Combine(AppContext.BaseDirectory, "MLNetGen.Trainers.xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value));

    public static string Of(string name)
    {
        (Type type, string? commandName) = All[name];
        Command? command = commandName is null ? null : Cli.Program.CreateRoot().Subcommands.Single(one => one.Name == "train").Subcommands.Single(one => one.Name == commandName);
        object defaults = Activator.CreateInstance(type.IsAbstract ? typeof(VaeTrainer.Options) : type)!;
        StringBuilder table = new();
        table.Append(command is null ? "| option | default | |\n|---|---|---|\n" : $"| option | `train {(type.IsAbstract ? "…" : commandName)}` | default | |\n|---|---|---|---|\n");
        foreach (PropertyInfo property in Properties(type))
        {
            string flag = command is null ? "" : $" {Flag(property, command)} |";
            table.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` |{flag} {Default(property.GetValue(defaults))} | {Summary(property)} |\n");
        }
        return table.ToString();
    }

    // A family's own, in the order of the file; what all have has a table of its own.
    private static IEnumerable<PropertyInfo> Properties(Type type)
    {
        List<PropertyInfo> properties = [];
        for (Type? one = type; one is not null && one != typeof(object) && (one == type || one != typeof(TrainingOptions)); one = one.BaseType)
            properties.InsertRange(0, one.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(property => property.CanWrite));
        return properties;
    }

    private static string Flag(PropertyInfo property, Command command) =>
        Cli.OptionNames.Of(property.Name).FirstOrDefault(flag => command.Options.Any(option => option.Name == flag || option.Aliases.Contains(flag))) is { } found ? $"`{found}`" : "";

    private static string Default(object? value) => value switch
    {
        null or "" => "",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        Enum member => $"`{member}`",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        System.Collections.IEnumerable values => string.Join(", ", values.Cast<object>().Select(Default)),
        _ => value.ToString()!,
    };

    private static string Summary(PropertyInfo property)
    {
        Type declaring = property.DeclaringType!;
        string key = $"P:{declaring.FullName!.Replace('+', '.')}.{property.Name}";
        if (Comments.Value.GetValueOrDefault(key)?.Element("inheritdoc")?.Attribute("cref") is { } inherited)
            key = inherited.Value;
        string text = Comments.Value.GetValueOrDefault(key)?.Element("summary") is { } summary ? string.Concat(summary.Nodes().Select(Text)) : "";
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } reference => $"`{Reference(reference.Value)}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => $"`{word.Value}`",
        XElement { Name.LocalName: "paramref" } name => $"`{name.Attribute("name")!.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => other.Value,
        _ => "",
    };

    // Properties by their own name, members of enumerations with theirs before it.
    private static string Reference(string cref)
    {
        string[] parts = cref[2..].Split('(')[0].Split('.');
        return cref[0] == 'F' ? string.Join('.', parts[^2..]) : parts[^1];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
