namespace MLNetGen.Tests;

/// <summary>Real pictures that lie beside the repository, or where MLNETGEN_DATA says.</summary>
internal static class SharedData
{
    private static readonly string Root = Environment.GetEnvironmentVariable("MLNETGEN_DATA") ?? BesideTheRepository();

    public static string Path(string name) => System.IO.Path.Combine(Root, name);

    private static string BesideTheRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "MLNetGen.sln")))
            folder = folder.Parent;
        return System.IO.Path.Combine(folder?.Parent?.FullName ?? "", "shared", "data");
    }
}
