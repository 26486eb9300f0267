using System.IO.Compression;
using System.IO.Hashing;

namespace MLNetGen;

/// <summary>The checksum that a zip file stores of each of its entries, which .NET's reader does not compare.</summary>
internal static class ZipChecksum
{
    /// <summary>Reads an entry from its beginning to its end.</summary>
    /// <exception cref="InvalidDataException">Its bytes are not those that were written.</exception>
    public static void Check(ZipArchiveEntry entry)
    {
        Crc32 checksum = new();
        using (Stream bytes = entry.Open()) checksum.Append(bytes);
        Compare(entry, checksum.GetCurrentHashAsUInt32());
    }

    /// <summary>Compares what was read of an entry.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were written.</exception>
    public static void Check(ZipArchiveEntry entry, ReadOnlySpan<byte> bytes) => Compare(entry, Crc32.HashToUInt32(bytes));

    private static void Compare(ZipArchiveEntry entry, uint found)
    {
        if (found != entry.Crc32)
            throw new InvalidDataException($"its checksum is {found:X8}, not the stored {entry.Crc32:X8}");
    }
}
