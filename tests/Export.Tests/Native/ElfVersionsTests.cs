using System.Text;

namespace MLNetGen.Export.Tests;

public class ElfVersionsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [LinuxFact]
    public void One_bit_of_TorchSharps_library_changes_and_it_stands_in_the_entry_of_the_version()
    {
        byte[] before = File.ReadAllBytes(TorchLibrary.Find("libLibTorchSharp.so")!), after = [.. before];
        ElfVersions.MarkWeak(after, Version);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(at => before[at] != after[at])];
        int flags = Assert.Single(changed);
        Assert.Equal(before[flags] | 2, after[flags]);
        // The entry begins with the System V hash of the version's name, 4 bytes before its flags.
        Assert.Equal(HashOf(Version), BitConverter.ToUInt32(after, flags - 4));
    }

    [LinuxFact]
    public void Marking_it_twice_is_marking_it_once()
    {
        byte[] once = File.ReadAllBytes(TorchLibrary.Find("libLibTorchSharp.so")!);
        ElfVersions.MarkWeak(once, Version);
        byte[] twice = [.. once];
        ElfVersions.MarkWeak(twice, Version);
        Assert.Equal(once, twice);
    }

    [LinuxFact]
    public void A_version_that_is_not_asked_for_is_refused()
    {
        byte[] library = File.ReadAllBytes(TorchLibrary.Find("libLibTorchSharp.so")!), before = [.. library];
        Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak(library, "GLIBCXX_3.4.3"));
        Assert.Equal(before, library);
    }

    [LinuxFact]
    public void Half_a_library_and_other_files_are_refused()
    {
        byte[] library = File.ReadAllBytes(TorchLibrary.Find("libLibTorchSharp.so")!);
        Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak(library.AsSpan(0, library.Length / 2).ToArray(), Version));
        Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak(library.AsSpan(0, 20).ToArray(), Version));
        Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak(new byte[1000], Version));
        Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak([], Version));
    }

    // System V ABI, "Hash Table".
    private static uint HashOf(string name)
    {
        uint hash = 0;
        foreach (byte letter in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + letter;
            uint top = hash & 0xf0000000;
            hash = (hash ^ top >> 24) & ~top;
        }
        return hash;
    }
}
