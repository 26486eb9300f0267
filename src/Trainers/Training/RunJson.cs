using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetGen;

/// <summary>How every JSON file of a run is written: camelCase keys, enums by name, figures not measured left out, a matrix a row a line.</summary>
internal static class RunJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new CompactRows() },
    };

    public static void Write<T>(string path, T value) =>
        SafeFile.WriteStream(path, file => JsonSerializer.Serialize(file, value, Options));
}
