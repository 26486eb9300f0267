using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLNetGen.Cli;

/// <summary>
/// <c>--json</c>: what a command found and wrote, as one object on standard output and nothing else there. Sentences for people are left out then; how far long work is goes to
/// standard error. A process runs one command.
/// </summary>
internal static class JsonOutput
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonObject Found = [];
    private static readonly List<string> Files = [];
    private static TextWriter? output;
    private static bool isWritten;

    /// <summary>Whether it was asked for.</summary>
    public static bool IsOn => output is not null;

    /// <summary>Where it is told how far long work is: standard output is for the object alone.</summary>
    public static TextWriter Progress => IsOn ? Console.Error : Console.Out;

    /// <summary>From here on the object alone is written to standard output.</summary>
    public static void Begin()
    {
        if (IsOn || isWritten)
            return;
        output = Console.Out;
        Console.SetOut(TextWriter.Null);
    }

    /// <summary>A member of the object; null is left out. One that is there is replaced.</summary>
    public static void Add<T>(string name, T value)
    {
        if (value is not null)
            Found[name] = JsonSerializer.SerializeToNode(value, Options);
    }

    /// <summary>All members of an object.</summary>
    public static void AddAll(JsonObject members)
    {
        foreach ((string name, JsonNode? value) in members) Found[name] = value?.DeepClone();
    }

    /// <summary>A file or folder that the command wrote: the object's <c>files</c>.</summary>
    public static void Wrote(string path) => Files.Add(path);

    /// <summary>Begins anew.</summary>
    public static void Clear()
    {
        Found.Clear();
        Files.Clear();
    }

    /// <summary>Writes the object: at the command's end, or before that of one that goes on.</summary>
    /// <param name="error">Why it failed; null where it did not.</param>
    public static void End(string? error = null)
    {
        if (output is null)
            return;
        Add("error", error);
        if (Files.Count > 0)
            Add("files", Files);
        output.WriteLine(Found.ToJsonString(Options));
        output.Flush();
        output = null;
        isWritten = true;
    }
}
