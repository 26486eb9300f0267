using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace MLNetGen.Cli.Studies;

/// <summary>What a study leaves: its table on screen, <c>study.html</c> and <c>study.json</c>.</summary>
internal static class StudyPage
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static void Finish(HtmlReport page, string folder, string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        page.Table(title, columns, rows);
        string path = Path.Combine(folder, "study.html");
        page.Save(path);
        string figures = Path.Combine(folder, "study.json");
        Dictionary<string, object>[] values = [.. rows.Select(row => columns.Zip(row).ToDictionary(pair => pair.First, pair => Value(pair.Second)))];
        OutputFile.WriteAllText(figures, JsonSerializer.Serialize(values, Json));
        JsonOutput.Add("rows", values);
        JsonOutput.Wrote(path);
        JsonOutput.Wrote(figures);
        Table table = new();
        foreach (string column in columns) table.AddColumn(Markup.Escape(column));
        foreach (IReadOnlyList<string> row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        CommonOptions.Page = path;
        Console.WriteLine($"figures and curves are in {path}");
    }

    /// <summary>Trains a part of a study; a checkpoint of other settings in its folder is told in a study's terms.</summary>
    public static T InItsFolder<T>(string folder, Func<T> train)
    {
        try
        {
            return train();
        }
        catch (InvalidOperationException e) when (e.Message.Contains("run with other settings", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"'{folder}' holds part of a study with other settings: give another --out, or the same settings. {e.Message}", e);
        }
    }

    // A number where a cell is one; a share in percent stays one.
    private static object Value(string cell) =>
        double.TryParse(cell.Replace('−', '-').Replace(" points", "", StringComparison.Ordinal).TrimEnd('%', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : cell;

    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    public static string Percent(double percent) => double.IsNaN(percent) ? "diverged" : (percent / 100).ToString("P1", CultureInfo.InvariantCulture);

    public static string Signed(double percent) => double.IsNaN(percent) ? "" : percent.ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " points";
}
