using System.Text.Json;
using Microsoft.ML;
using Parquet;
using Parquet.Schema;

namespace MLNetGen.Cli.Scoring;

/// <summary>An Apache Parquet file. A vector is a list; the names of its slots are in the file's metadata as a JSON array, by <c>Column.slots</c>.</summary>
internal static class ParquetPart
{
    // Rows in memory: a group of 1,000 floats each is 4 MB.
    private const int GroupSize = 1000;

    // Nothing here is asynchronous but the library.
    public static void Write(IDataView rows, string path) => WriteAsync(rows, path).GetAwaiter().GetResult();

    private static async Task WriteAsync(IDataView rows, string path)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        ScoredColumn[] columns = ScoredColumn.Of(cursor);
        await using FileStream to = new(path, FileMode.CreateNew, FileAccess.ReadWrite);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(columns.Select(column => column.Field)), to);
        writer.CustomMetadata = columns.Where(column => column.SlotNames is not null)
            .ToDictionary(column => $"{column.Name}.slots", column => JsonSerializer.Serialize(column.SlotNames));
        int kept = 0;
        while (cursor.MoveNext())
        {
            foreach (ScoredColumn column in columns)
            {
                column.Read();
                column.Keep();
            }
            if (++kept % GroupSize == 0)
                await WriteGroup(writer, columns);
        }
        if (kept % GroupSize != 0)
            await WriteGroup(writer, columns);
    }

    private static async Task WriteGroup(ParquetWriter writer, ScoredColumn[] columns)
    {
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        foreach (ScoredColumn column in columns) await column.WriteKept(group);
    }
}
