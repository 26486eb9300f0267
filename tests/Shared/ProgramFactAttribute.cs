namespace MLNetGen.Tests;

/// <summary>A test that runs programs of the system, skipped where one is absent.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs) => Skip = Programs.ReasonToSkip(programs);
}

/// <summary>A theory that does.</summary>
public sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute(params string[] programs) => Skip = Programs.ReasonToSkip(programs);
}

/// <summary>Which programs the system has.</summary>
internal static class Programs
{
    // Where daemons lie, a user's PATH may not lead.
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin"];

    /// <summary>Why a test that runs <paramref name="programs"/> is skipped; null where all are there.</summary>
    public static string? ReasonToSkip(string[] programs) =>
        Array.Find(programs, program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } absent ? $"there is no '{absent}': './mlnetgen setup --peers' installs it" : null;
}
