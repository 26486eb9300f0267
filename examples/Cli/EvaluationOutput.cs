namespace MLNetGen.Cli;

/// <summary>Where <c>evaluate</c> leaves its figures: in a JSON file, or in a folder as <c>evaluation.json</c>.</summary>
internal sealed class EvaluationOutput
{
    private const string FileName = "evaluation.json";

    private EvaluationOutput(string folder, string file) => (Folder, File) = (folder, file);

    /// <summary>For pictures and a page, where there are any.</summary>
    public string Folder { get; }

    public string File { get; }

    /// <summary>A name that ends in .json is a file, unless there is a folder of that name; any other is a folder.</summary>
    public static EvaluationOutput Named(string output) => Directory.Exists(output) || !output.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        ? new(output, Path.Combine(output, FileName))
        : new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, Path.GetFileNameWithoutExtension(output)), output);

    /// <summary>A file beside the model; of a classifier, whose training left one of that name there, a folder.</summary>
    public static EvaluationOutput Beside(string model, bool isClassifier)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        return Named(Path.Combine(folder, isClassifier ? "evaluation" : FileName));
    }

    public void Write(string json) => SafeFile.WriteAllText(File, json);

    public void Write(ClassificationReport report)
    {
        report.Save(Folder);
        string saved = Path.Combine(Folder, FileName);
        if (saved != File)
            SafeFile.WriteAllBytes(File, System.IO.File.ReadAllBytes(saved));
    }
}
