using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetGen.Cli;

/// <summary><c>--json</c>: what a command found as one object on standard output, and nothing else there.</summary>
internal static class JsonOutput
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Option() => new("--json") { Description = "What was found as one JSON object, for programs" };

    public static void Write<T>(T found) => Console.WriteLine(JsonSerializer.Serialize(found, Options));
}
