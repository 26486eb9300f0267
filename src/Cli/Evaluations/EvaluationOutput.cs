using System.Text.Json;

namespace MLNetGen.Cli.Evaluations;

/// <summary>Where <c>evaluate</c> leaves figures, pictures and page: a folder, and a JSON file in it or beside it.</summary>
internal sealed class EvaluationOutput
{
    private const string FileName = "evaluation.json", PageName = "report.html", DefaultFolder = "evaluation";

    private EvaluationOutput(string folder, string file) => (Folder, File) = (folder, file);

    public string Folder { get; }

    public string File { get; }

    public string Page => Path.Combine(Folder, PageName);

    /// <summary>A name that ends in .json is a file, unless there is a folder of that name; any other is a folder.</summary>
    public static EvaluationOutput Named(string output) => Directory.Exists(output) || !output.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        ? new(output, Path.Combine(output, FileName))
        : new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, Path.GetFileNameWithoutExtension(output)), output);

    /// <summary>A folder beside the model.</summary>
    public static EvaluationOutput Beside(string model) => Named(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, DefaultFolder));

    /// <summary>Writes all of it.</summary>
    /// <param name="found">What the model's family finds.</param>
    /// <param name="rows">The rows that it was judged on.</param>
    /// <param name="settings">What was asked for, for the page.</param>
    /// <returns>The JSON object.</returns>
    public string Write(Judgement found, EvaluatedRows rows, IReadOnlyList<IReadOnlyList<string>> settings)
    {
        Directory.CreateDirectory(Folder);
        HtmlReport page = new("Evaluation", $"{found.What}; {found.Pictures:N0} {(found.Pictures == 1 ? "picture" : "pictures")}");
        foreach (string warning in rows.Warnings) page.Note(char.ToUpperInvariant(warning[0]) + warning[1..]);
        found.AddTo(page, Folder);
        page.Table("Settings", ["setting", "value"],
        [
            .. settings, ["pictures", rows.Choice], ["trained on, of these", rows.TrainedOn is { } trained ? $"{trained:N0}" : "unknown"], ["judged by, of these", $"{found.Pictures:N0}"],
        ]);
        string json = With(new { found.Family, Rows = rows.Count, rows.TrainedOn, Warnings = rows.Warnings.Count > 0 ? rows.Warnings : null }, found.Json);
        foreach (string file in new HashSet<string>([Path.Combine(Folder, FileName), File])) OutputFile.WriteAllText(file, json);
        page.Save(Page);
        return json;
    }

    // The family's own text: a matrix has a row a line in it.
    private static string With<T>(T first, string rest) => $"{JsonSerializer.Serialize(first, JsonOutput.Options).TrimEnd('}').TrimEnd()},{rest.TrimStart().TrimStart('{')}";
}
