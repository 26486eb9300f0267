namespace MLNetGen.Tests;

/// <summary>A test that runs programs of the system, skipped where one is absent.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    // Where daemons lie, a user's PATH may not lead.
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin"];

    public ProgramFactAttribute(params string[] programs)
    {
        if (Array.Find(programs, program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } absent)
            Skip = $"there is no '{absent}': './mlnetgen setup --peers' installs it";
    }
}
