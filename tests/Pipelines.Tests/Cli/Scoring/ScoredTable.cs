using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.VisualBasic.FileIO;

namespace MLNetGen.Tests.Cli;

/// <summary>Codes by path from the parts that <c>score</c> left, each format by a reader that is not ours.</summary>
internal static class ScoredTable
{
    private static string? ParquetFolder => Repository.Root is { } root ? Path.Combine(root, "tests", "peers", "parquet") : null;

    public static string? ReasonToSkipParquet => Directory.Exists(Path.Combine(ParquetFolder ?? "", "node_modules", "hyparquet")) ? null
        : "hyparquet is not installed: './mlnetgen setup --peers' does so";

    public static Dictionary<string, float[]> Latent(string folder, string format) => Parts(folder, format).SelectMany(part => format switch
    {
        "csv" => Csv(part).Select(row => (row["Path"], Slots(row, "Latent"))),
        "jsonl" => File.ReadLines(part).Select(Json),
        "parquet" => Parquet(part).SkipLast(1).Select(Json),
        "idv" => MlNet(new MLContext().Data.LoadFromBinary(part)),
        _ => MlNet(new MLContext().Data.LoadFromTextFile(part,
            [new("Path", DataKind.String, 0), new("Latent", DataKind.Single, 1, 3)], hasHeader: true, allowQuoting: true)),
    }).ToDictionary(row => row.Item1, row => row.Item2);

    public static string[] Parts(string folder, string format) => [.. Directory.GetFiles(folder, $"part-?????.{format}").Order(StringComparer.Ordinal)];

    /// <summary>Rows by column.</summary>
    public static IEnumerable<Dictionary<string, string>> Csv(string file)
    {
        using TextFieldParser parser = new(file) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        string[] header = parser.ReadFields()!;
        while (parser.ReadFields() is { } fields) yield return header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>A JSON object a row, and one of the file's metadata.</summary>
    public static string[] Parquet(string file)
    {
        using Process process = CommandLine.StartProgram("node", ["read.js", file], ParquetFolder);
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static float[] Slots(Dictionary<string, string> row, string column) =>
        [.. row.Where(cell => cell.Key.StartsWith($"{column}.", StringComparison.Ordinal)).Select(cell => float.Parse(cell.Value, CultureInfo.InvariantCulture))];

    private static (string, float[]) Json(string line)
    {
        JsonElement row = JsonDocument.Parse(line).RootElement;
        return (row.GetProperty("Path").GetString()!, [.. row.GetProperty("Latent").EnumerateArray().Select(value => value.GetSingle())]);
    }

    private static IEnumerable<(string, float[])> MlNet(IDataView rows) => rows.GetColumn<string>("Path").Zip(rows.GetColumn<float[]>("Latent")).ToArray();
}
