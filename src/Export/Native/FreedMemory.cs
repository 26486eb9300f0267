using System.Runtime.InteropServices;

namespace MLNetGen.Export;

/// <summary>Memory that libtorch has given back and the C library keeps: hundreds of megabytes after a large network has run.</summary>
internal static partial class FreedMemory
{
    /// <summary>Gives it back to the system. Does nothing where the C library is not glibc.</summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
