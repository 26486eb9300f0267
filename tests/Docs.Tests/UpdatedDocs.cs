namespace MLNetGen.Tests.Docs;

/// <summary>Whether the tests write what they hold pages against: <c>MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test</c>.</summary>
internal static class UpdatedDocs
{
    public static bool Wanted => Environment.GetEnvironmentVariable("MLNETGEN_UPDATE_DOCS") == "1";
}
