using MLNetGen;

/// <summary>What a process of its own does for a test: DOTNET_STARTUP_HOOKS runs this before the process's program, which does nothing.</summary>
internal static class StartupHook
{
    /// <summary>Leaves a temporary folder behind.</summary>
    public static void Initialize()
    {
        TemporaryFolder folder = new();
        File.WriteAllText(folder.File("left.txt"), "");
        Console.WriteLine($"{Directory.Exists(folder.Path)} {folder.Path}");
        GC.KeepAlive(folder);
    }
}
