using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML;

namespace MLNetGen.Cli.Scoring;

/// <summary>Comma-separated values (RFC 4180, with \n alone) in UTF-8; a vector is a column a slot: <c>Score.cat</c>, or <c>Latent.0</c> where slots have no names.</summary>
internal static class CsvPart
{
    private static readonly SearchValues<char> Quotable = SearchValues.Create(",\"\r\n");

    public static void Write(IDataView rows, string path)
    {
        using StreamWriter to = new(path, append: false, new UTF8Encoding(false));
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        ScoredColumn[] columns = ScoredColumn.Of(cursor);
        to.Write(Line([.. columns.SelectMany(Header)]));
        while (cursor.MoveNext())
        {
            foreach (ScoredColumn column in columns) column.Read();
            to.Write(Line([.. columns.SelectMany(column => Enumerable.Range(0, column.Size ?? 1).Select(column.Text))]));
        }
    }

    /// <summary>A line with its end.</summary>
    public static string Line(params string[] values) => string.Join(',', values.Select(Quoted)) + '\n';

    /// <summary>The places after each line's end; a line end in quotes is a value's own.</summary>
    public static IEnumerable<long> Ends(Stream text)
    {
        using BufferedStream bytes = new(text);
        bool quoted = false;
        for (long at = 1; bytes.ReadByte() is var one and >= 0; at++)
        {
            quoted ^= one == '"';
            if (one == '\n' && !quoted) yield return at;
        }
    }

    private static IEnumerable<string> Header(ScoredColumn column) => column.Size is not { } size ? [column.Name]
        : Enumerable.Range(0, size).Select(slot => $"{column.Name}.{column.SlotNames?[slot] ?? slot.ToString(CultureInfo.InvariantCulture)}");

    private static string Quoted(string value) => value.AsSpan().ContainsAny(Quotable) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
