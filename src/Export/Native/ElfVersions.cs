using System.Buffers.Binary;
using System.Text;

namespace MLNetGen.Export;

/// <summary>The symbol versions that a 64-bit little-endian ELF library asks of others (Linux Standard Base, "Symbol Versioning", section 10.7).</summary>
internal static class ElfVersions
{
    private const uint NeededVersions = 0x6ffffffe;     // SHT_GNU_verneed
    private const ushort Weak = 2;                      // VER_FLG_WEAK: the loader warns of it at most

    /// <summary>Marks the need for one version as weak, so that the library loads where that version is absent.</summary>
    /// <param name="library">The file's bytes, changed in place.</param>
    /// <param name="version">For example <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">It is no such library, or asks for no such version.</exception>
    public static void MarkWeak(Span<byte> library, string version)
    {
        try
        {
            if (library[..6].SequenceEqual("\u007fELF\u0002\u0001"u8) && FlagsOf(library, version) is { } flags)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(library[flags..], (ushort)(Short(library, flags) | Weak));
                return;
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // A place outside of the file: said below.
        }
        throw new InvalidDataException($"the library is no 64-bit ELF file that asks for {version}");
    }

    // Where the flags of the version's entry are; null where there is none.
    private static int? FlagsOf(ReadOnlySpan<byte> file, string version)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(version + '\0');
        int sections = Long(file, 40), size = Short(file, 58), count = Short(file, 60);
        for (int section = sections; section < sections + count * size; section += size)
        {
            if ((uint)Int(file, section + 4) != NeededVersions)
                continue;
            int names = Long(file, sections + Int(file, section + 40) * size + 24);
            // One record a library, each with a list of versions; both are linked by offsets, and 0 ends them.
            for (int record = Long(file, section + 24), next = 1; next != 0; record += next)
            {
                next = Int(file, record + 12);
                int entry = record + Int(file, record + 8);
                for (int left = Short(file, record + 2); left > 0; left--)
                {
                    if (file[(names + Int(file, entry + 8))..].StartsWith(wanted))
                        return entry + 4;
                    entry += Int(file, entry + 12);
                }
            }
        }
        return null;
    }

    private static ushort Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static int Int(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]);

    private static int Long(ReadOnlySpan<byte> file, int at) => (int)BinaryPrimitives.ReadInt64LittleEndian(file[at..]);
}
