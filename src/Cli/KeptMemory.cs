using System.Runtime.InteropServices;

namespace MLNetGen.Cli;

/// <summary>
/// The C library keeps memory that is given back, for the next who asks: large tensors come and go in every step of a training, and the system would clear each of their pages anew every
/// time. On Linux with glibc; elsewhere nothing changes.
/// </summary>
/// <remarks>Source: mallopt(3), which may only be called while there is one thread that allocates: when a program starts. What its first thread computes gains.</remarks>
internal static partial class KeptMemory
{
    // <malloc.h>'s numbers.
    private const int TrimThreshold = -1, TopPad = -2, MappedBlocks = -4, Arenas = -8;

    /// <summary>From now on.</summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            // One arena, the heap, and no blocks beside it: other arenas are too short for a large layer's gradients.
            foreach ((int parameter, int value) in ((int, int)[])[(MappedBlocks, 0), (TrimThreshold, int.MaxValue), (TopPad, 64 << 20), (Arenas, 1)]) _ = Set(parameter, value);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);
}
