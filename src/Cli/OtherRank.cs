namespace MLNetGen.Cli;

/// <summary>Of the processes that <c>mpirun</c> started to train one model, the first alone writes files and tells of them; this is about the others.</summary>
internal static class OtherRank
{
    /// <summary>Whether this process is one of the others.</summary>
    public static bool IsThis { get; } = Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK") is not (null or "0");

    /// <summary>Says nothing from here on, but for errors.</summary>
    public static void Silence()
    {
        Console.SetOut(TextWriter.Null);
        LogLines.IsShown = false;
    }

    /// <summary>A folder of its own in the place of the run's, which goes when the process ends.</summary>
    /// <param name="output">The run's.</param>
    /// <param name="resume">Whether the run goes on from the checkpoint in it.</param>
    public static string FolderFor(string output, bool resume)
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-rank-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string checkpoints = Path.Combine(output, "checkpoints");
        if (resume && Directory.Exists(checkpoints))
        {
            // The first rank writes none before all of them have begun.
            string copies = Directory.CreateDirectory(Path.Combine(folder, "checkpoints")).FullName;
            foreach (string file in Directory.GetFiles(checkpoints)) File.Copy(file, Path.Combine(copies, Path.GetFileName(file)));
        }
        return folder;
    }
}
