namespace MLNetGen;

/// <summary>What .NET's decompression throws beside <see cref="InvalidDataException"/>.</summary>
internal static class Unpacking
{
    /// <summary>Whether an exception is the library's ZLibException, which is internal: zlib gives up on damaged data.</summary>
    public static bool IsZlibError(Exception e) => e is IOException { Source: "System.IO.Compression" };
}
