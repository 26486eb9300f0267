using System.Text;
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

/// <summary>A matrix with each row on a line of its own: indented, one of 1,000 classes would have a million lines.</summary>
internal sealed class CompactRows : JsonConverter<IReadOnlyList<IReadOnlyList<int>>>
{
    public override IReadOnlyList<IReadOnlyList<int>>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<int[][]>(ref reader, options);

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<IReadOnlyList<int>> value, JsonSerializerOptions options)
    {
        string lineEnd = options.WriteIndented ? "\n" + new string(' ', 2 * writer.CurrentDepth) : "";
        StringBuilder matrix = new("[");
        for (int i = 0; i < value.Count; i++)
        {
            matrix.Append(i == 0 ? "" : ",").Append(lineEnd).Append(options.WriteIndented ? "  " : "");
            matrix.Append('[').AppendJoin(',', value[i]).Append(']');
        }
        writer.WriteRawValue(matrix.Append(lineEnd).Append(']').ToString());
    }
}
