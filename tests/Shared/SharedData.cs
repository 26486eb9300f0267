namespace MLNetGen.Tests;

/// <summary>Real pictures that lie beside the repository, or where MLNETGEN_DATA says.</summary>
internal static class SharedData
{
    private static readonly string Root = Environment.GetEnvironmentVariable("MLNETGEN_DATA")
        ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Repository.Root) ?? "", "shared", "data");

    public static string Path(string name) => System.IO.Path.Combine(Root, name);
}
