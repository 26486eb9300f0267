using MLNetGen.Tests;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>docs/exporter.md, and the part of it that the tests write.</summary>
internal static class ExporterPage
{
    private const string Start = "<!-- The tests write this table: MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test -->\n";
    private const string End = "<!-- end of the table -->\n";
    private const string ListStart = "<!-- The tests write this list: MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test -->\n";
    private const string ListEnd = "<!-- end of the list -->\n";
    private const string NamesStart = "<!-- The tests write these names: MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test -->\n";
    private const string NamesEnd = "<!-- end of the names -->\n";

    public static bool IsToBeUpdated => Environment.GetEnvironmentVariable("MLNETGEN_UPDATE_DOCS") == "1";

    private static string Path => System.IO.Path.Combine(Repository.Root!, "docs", "exporter.md");

    public static string Read() => File.ReadAllText(Path).ReplaceLineEndings("\n");

    public static string Table
    {
        get => Between(Start, End);
        set => Write(Start, value, End);
    }

    /// <summary>The operations of torch that have a form in ONNX.</summary>
    public static string Operations
    {
        get => Between(ListStart, ListEnd);
        set => Write(ListStart, value, ListEnd);
    }

    /// <summary>The operations of ONNX that are read as modules.</summary>
    public static string ImportedOperations
    {
        get => Between(NamesStart, NamesEnd);
        set => Write(NamesStart, value, NamesEnd);
    }

    private static void Write(string start, string value, string end) =>
        File.WriteAllText(Path, Read().Replace(start + Between(start, end) + end, start + value + end));

    private static string Between(string start, string end) => Read().Split(start)[1].Split(end)[0];
}
