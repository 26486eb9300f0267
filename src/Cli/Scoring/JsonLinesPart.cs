using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML;

namespace MLNetGen.Cli.Scoring;

/// <summary>A JSON object a line. A vector is an array, or an object by the names of its slots; what is no number, a text: "NaN".</summary>
internal static class JsonLinesPart
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IDataView rows, string path)
    {
        using FileStream to = new(path, FileMode.CreateNew, FileAccess.Write);
        using Utf8JsonWriter json = new(to, Options);
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        ScoredColumn[] columns = ScoredColumn.Of(cursor);
        while (cursor.MoveNext())
        {
            json.WriteStartObject();
            foreach (ScoredColumn column in columns)
            {
                column.Read();
                json.WritePropertyName(column.Name);
                Write(json, column);
            }
            json.WriteEndObject();
            json.Flush();
            to.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    private static void Write(Utf8JsonWriter json, ScoredColumn column)
    {
        if (column.Size is not { } size)
        {
            column.WriteJson(json, 0);
            return;
        }
        if (column.SlotNames is { } names)
        {
            json.WriteStartObject();
            for (int slot = 0; slot < size; slot++)
            {
                json.WritePropertyName(names[slot]);
                column.WriteJson(json, slot);
            }
            json.WriteEndObject();
            return;
        }
        json.WriteStartArray();
        for (int slot = 0; slot < size; slot++) column.WriteJson(json, slot);
        json.WriteEndArray();
    }
}
