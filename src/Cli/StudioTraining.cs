using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNetGen.Cli.Commands;
using MLNetGen.Studio;

namespace MLNetGen.Cli;

/// <summary>The <c>train</c> commands as the studio's page offers them: forms made of their options.</summary>
internal sealed class StudioTraining : ITrainingProgram
{
    private const string Train = "train", Data = "--data", Content = "--content", Painting = "--style";

    private static readonly string[] Families = ["vae", "gan", "classifier", "alexnet", "style", "super-resolution"];

    // Of the run's place, or of this program.
    private static readonly string[] NotAsked = ["--resume", "--overwrite", "--strict", "--quiet", "--json", "--open"];

    private static readonly string[] Common = ["--epochs", "--steps", "--network", "--latent-dim", "--image-size", "--factor", "--frozen", "--batch-size", "--learning-rate", "--seed"];

    // Options that take text have these values here; any others are left out, since text may be a path.
    private static readonly Dictionary<string, string[]> Values = new() { ["--device"] = ["cpu", "cuda"], ["--label-column"] = ["Label"], ["--loss-network"] = ["resnet18", "random"] };

    private readonly Lazy<IReadOnlyList<TrainingForm>> forms = new(() => [.. TrainCommand.Create().Subcommands.Where(command => Families.Contains(command.Name)).Select(FormOf)]);

    public IReadOnlyList<TrainingForm> Forms => forms.Value;

    public string? ProblemOf(IReadOnlyList<string> arguments) => StrictParsing.Errors(Program.CreateRoot().Parse(arguments)) is { } errors ? string.Join(" ", errors) : null;

    public ProcessStartInfo Start(IReadOnlyList<string> arguments)
    {
        // 'dotnet mlnetgen.dll' or 'mlnetgen'.
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        ProcessStartInfo start = new(program, isHost ? [Path.Combine(AppContext.BaseDirectory, "mlnetgen.dll"), .. arguments] : arguments);
        start.Environment[CommandWork.StopAtEndOfInput] = "1";
        return start;
    }

    public RecordedTraining? CommandOf(string folder)
    {
        try
        {
            return RepeatedRun.CommandOf(folder) is [Train, var family, ..] ? new(family, RepeatedRun.ValueIn(folder, Data) ?? RepeatedRun.ValueIn(folder, Content)) : null;
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            return null;
        }
    }

    private static TrainingForm FormOf(Command command)
    {
        Option data = command.Options.First(option => option.Name is Data or Content);
        bool paints = command.Options.Any(option => option.Name == Painting);
        return new(command.Name, command.Description!, data.Name, data.Required, paints ? Painting : null, [.. command.Options.Where(option => !option.Hidden && !NotAsked.Contains(option.Name)).Select(FieldOf).OfType<TrainingField>()]);
    }

    private static TrainingField? FieldOf(Option option)
    {
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string[] values = type.IsArray ? [] : Values.GetValueOrDefault(option.Name) ?? [.. ValueNames.Of(type).Select(ValueNames.Typed)];
        TrainingFieldKind? kind = values.Length > 0 ? TrainingFieldKind.Choice
            : type == typeof(bool) ? TrainingFieldKind.Switch
            : type == typeof(int) || type == typeof(long) ? TrainingFieldKind.Whole
            : type == typeof(double) || type == typeof(float) ? TrainingFieldKind.Number
            : null;
        return kind is { } known ? new(option.Name.TrimStart('-'), option.Description!, known, DefaultOf(option, type), values, Common.Contains(option.Name)) : null;
    }

    private static string? DefaultOf(Option option, Type type)
    {
        if (!option.HasDefaultValue || option.GetDefaultValue() is not { } value)
            return null;
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return type.IsEnum ? ValueNames.Typed(text) : text;
    }
}
