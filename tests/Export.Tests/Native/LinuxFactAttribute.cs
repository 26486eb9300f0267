namespace MLNetGen.Export.Tests;

/// <summary>A test of what is done on Linux alone.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "this is done on Linux alone";
}
