using MLNetGen.Tests;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>docs/exporter.md, and the part of it that the tests write.</summary>
internal static class ExporterPage
{
    private const string Start = "<!-- The tests write this table: MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test -->\n";
    private const string End = "<!-- end of the table -->\n";

    public static bool IsToBeUpdated => Environment.GetEnvironmentVariable("MLNETGEN_UPDATE_DOCS") == "1";

    private static string Path => System.IO.Path.Combine(Repository.Root!, "docs", "exporter.md");

    public static string Read() => File.ReadAllText(Path).ReplaceLineEndings("\n");

    public static string Table
    {
        get => Between(Read());
        set
        {
            string page = Read();
            File.WriteAllText(Path, page.Replace(Start + Between(page) + End, Start + value + End));
        }
    }

    private static string Between(string page) => page.Split(Start)[1].Split(End)[0];
}
