using System.Buffers.Binary;

namespace MLNetGen.Export;

/// <summary>The symbol versions that a 64-bit little-endian ELF library asks of others (Linux Standard Base, "Symbol Versioning", section 10.7).</summary>
internal static class ElfVersions
{
    private const int HeaderBytes = 64;
    private const byte Weak = 2;    // VER_FLG_WEAK: the loader warns of it at most

    /// <summary>Marks the need for one version as weak, so that the library loads where that version is absent.</summary>
    /// <param name="library">The file's bytes, changed in place.</param>
    /// <param name="version">For example <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">It is no such library, or asks for no such version.</exception>
    public static void MarkWeak(Span<byte> library, string version)
    {
        // A version's entry begins with the hash of its name, and two bytes of flags; elsewhere these six bytes stand in one of millions of libraries.
        byte[] entry = [.. BitConverter.GetBytes(HashOf(version)), 0, 0], marked = [.. entry[..4], Weak, 0];
        bool isWhole = IsWhole(library);
        int at = library.IndexOf(entry);
        if (isWhole && at >= 0 && library.LastIndexOf(entry) == at) library[at + sizeof(uint)] = Weak;
        else if (!isWhole || at >= 0 || library.IndexOf(marked) < 0) throw new InvalidDataException($"the library is no 64-bit ELF file that asks for {version}");
    }

    // Its table of sections stands at the end.
    private static bool IsWhole(ReadOnlySpan<byte> library) => library.Length >= HeaderBytes && library.StartsWith("\u007fELF\u0002\u0001"u8)
        && BinaryPrimitives.ReadInt64LittleEndian(library[40..]) + BinaryPrimitives.ReadInt16LittleEndian(library[58..]) * BinaryPrimitives.ReadInt16LittleEndian(library[60..]) <= library.Length;

    // System V ABI, "Hash Table".
    private static uint HashOf(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = (hash << 4) + letter;
            uint top = hash & 0xf0000000;
            hash = (hash ^ top >> 24) & ~top;
        }

        return hash;
    }
}
