using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them; each family adds its own.</summary>
internal abstract record RunSettings
{
    private const int LongestShown = 12, LongestSentence = 100;

    /// <summary>The session's, and what options of the same names say: one that leaves its value to the family, or has none, leaves a setting at its default.</summary>
    /// <remarks>
    /// A setting that may be null is so where its option, which may not, is off or 0: what is not in use is not in the files, and a checkpoint of a version that did not know it is resumed.
    /// </remarks>
    public static TSettings From<TSettings>(TrainingOptions options, TrainingSession session)
        where TSettings : RunSettings
    {
        TSettings settings = Activator.CreateInstance<TSettings>();
        foreach (PropertyInfo setting in typeof(TSettings).GetProperties())
        {
            if (options.GetType().GetProperty(setting.Name) is not { } option || option.GetValue(options) is not { } value)
                continue;
            bool isUnused = Nullable.GetUnderlyingType(setting.PropertyType) == option.PropertyType && value.Equals(Activator.CreateInstance(option.PropertyType));
            setting.SetValue(settings, isUnused ? null : value);
        }

        return settings with { Seed = session.Seed, Device = session.Device.ToString(), NumberOfThreads = session.NumberOfThreads, Precision = session.Precision };
    }

    [JsonPropertyOrder(-1)]
    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int NumberOfThreads { get; init; }

    /// <summary>What networks computed in. Runs from before it was written down were float32.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    /// <summary>Settings that a checkpoint may be resumed with other values of.</summary>
    protected virtual IEnumerable<string> MayDiffer => [];

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(RunSettings other) => Difference(this, other, [nameof(Device), nameof(NumberOfThreads), .. MayDiffer]);

    /// <summary>What changes the last bits of a run that goes on, and nothing else: null, or what differs.</summary>
    public string? RoundingDifferenceFrom(RunSettings other) =>
        Device != other.Device ? $"Device was {Device} and is {other.Device}"
        : NumberOfThreads != other.NumberOfThreads ? $"NumberOfThreads was {NumberOfThreads} and is {other.NumberOfThreads}"
        : null;

    /// <summary>
    /// Name and value of every setting, in the order of the record; those of a record inside it beside its own, with its name before theirs where
    /// another has the same.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> List(object settings)
    {
        (string Name, string Owner, string Value)[] all = [.. Flatten(JsonSerializer.SerializeToNode(settings, settings.GetType(), RunJson.Options)!.AsObject(), "")];
        Dictionary<string, int> times = all.CountBy(setting => setting.Name).ToDictionary();
        return [.. all.Select(setting => (times[setting.Name] == 1 || setting.Owner.Length == 0 ? setting.Name : setting.Owner + Pascal(setting.Name), setting.Value))];
    }

    public static IReadOnlyList<IReadOnlyList<string>> ToRows(object settings) =>
        [.. List(settings).Select(setting => (IReadOnlyList<string>)[setting.Name, setting.Value])];

    /// <summary>The first setting, of those not named in <paramref name="free"/>, that differs: null, or a sentence.</summary>
    public static string? Difference(object there, object here, params IEnumerable<string> free)
    {
        Dictionary<string, string> mine = List(there).ToDictionary(s => Pascal(s.Name), s => s.Value), theirs = List(here).ToDictionary(s => Pascal(s.Name), s => s.Value);
        foreach (string name in mine.Keys.Union(theirs.Keys).Except(free))
        {
            string before = mine.GetValueOrDefault(name, "unset"), now = theirs.GetValueOrDefault(name, "unset");
            if (before != now)
                return $"{name} is {Short(before)} there and {Short(now)} here";
        }
        return null;
    }

    /// <summary>Refuses a checkpoint whose run had other settings.</summary>
    /// <param name="difference">What differs; null where nothing does.</param>
    /// <param name="path">The checkpoint.</param>
    /// <exception cref="InvalidOperationException">Something differs.</exception>
    public static void RequireSame(string? difference, string path)
    {
        if (difference is not null)
            throw new InvalidOperationException($"'{path}' is from a run with other settings ({difference}): use its settings, another WorkspacePath, or no Resume.");
    }

    private static IEnumerable<(string Name, string Owner, string Value)> Flatten(JsonObject settings, string owner) => settings.SelectMany(setting => setting.Value switch
    {
        JsonObject inner => Flatten(inner, setting.Key),
        JsonArray list => [(setting.Key, owner, string.Join(list.All(IsWhole) ? "×" : ", ", list))],
        _ => [(setting.Key, owner, $"{setting.Value}")],
    });

    // Lengths of axes, and not classes or measures.
    private static bool IsWhole(JsonNode? item) => item is JsonValue value && value.TryGetValue(out long _);

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Short(string value)
    {
        int longest = value.Contains(' ', StringComparison.Ordinal) ? LongestSentence : LongestShown;
        return value.Length <= longest ? value : value[..longest] + "…";
    }
}

/// <summary>The settings of a run over rows in memory.</summary>
internal abstract record RowSettings : RunSettings
{
    public long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the network gets them, and of their labels.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Which network it is, in a few words, for the log and the report.</summary>
    public abstract string Describe();

    /// <summary>The settings of the run over these rows.</summary>
    /// <param name="rows">How many there are.</param>
    /// <param name="data">Their hash.</param>
    /// <param name="planned">A run whose length is the plan; null where it is as long as the options say.</param>
    public virtual RowSettings Over(long rows, string data, RowSettings? planned) => this with { TrainingRows = rows, TrainingData = data };
}

/// <summary>The settings of a run by epochs over rows in memory.</summary>
internal abstract record EpochSettings : RowSettings
{
    public LearningRateSchedule Schedule { get; init; }

    public int BatchSize { get; init; }

    public int Epochs { get; init; }

    // One cycle is planned over all epochs.
    protected override IEnumerable<string> MayDiffer => Schedule == LearningRateSchedule.OneCycle ? [] : [nameof(Epochs)];

    public override RowSettings Over(long rows, string data, RowSettings? planned) =>
        (EpochSettings)base.Over(rows, data, planned) with { Epochs = planned is EpochSettings run ? run.Epochs : Epochs };
}

/// <summary>What a run was made with.</summary>
internal static class RunVersions
{
    public static IReadOnlyDictionary<string, string> Current() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["mlnetgen"] = Of(typeof(RunVersions)),
        ["dotnet"] = Environment.Version.ToString(),
        ["microsoftML"] = Of(typeof(MLContext)),
        ["onnxRuntime"] = OrtEnv.Instance().GetVersionString(),
        ["operatingSystem"] = RuntimeInformation.OSDescription,
        ["torchSharp"] = Of(typeof(TorchSharp.torch)),
    };

    private static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
}
