using System.Runtime.InteropServices;

namespace MLNetGen.Export.Tests;

public sealed class NativeCopyTests : IDisposable
{
    private const string Name = "libcopy.so", Symbol = "CompressionNative_Crc32";

    // A small library with a function to ask for.
    private static readonly string Original = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.IO.Compression.Native.so");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [LinuxFact]
    public void The_copy_is_loaded_from_the_cache_folder_and_found_there_again()
    {
        byte[] library = File.ReadAllBytes(Original);
        Assert.True(NativeLibrary.TryGetExport(NativeCopy.Load(library, Name, folder.FullName, out string? place), Symbol, out _));
        Assert.Equal(library, File.ReadAllBytes(place!));
        DateTime written = File.GetLastWriteTimeUtc(place!);
        NativeCopy.Load(library, Name, folder.FullName, out string? again);
        Assert.Equal(place, again);
        Assert.Equal(written, File.GetLastWriteTimeUtc(again!));
    }

    [LinuxFact]
    public void Another_library_of_the_same_name_is_another_copy()
    {
        byte[] library = File.ReadAllBytes(Original);
        NativeCopy.Load(library, Name, folder.FullName, out string? one);
        NativeCopy.Load([.. library, 0], Name, folder.FullName, out string? other);
        Assert.NotEqual(one, other);
    }

    [LinuxFact]
    public void What_else_lies_in_its_place_is_replaced()
    {
        byte[] library = File.ReadAllBytes(Original);
        NativeCopy.Load(library, Name, folder.FullName, out string? place);
        // Not written over: the loaded library is that file.
        File.Delete(place!);
        File.WriteAllBytes(place!, library[..100]);
        NativeCopy.Load(library, Name, folder.FullName, out _);
        Assert.Equal(library, File.ReadAllBytes(place!));
    }

    [LinuxFact]
    public void Many_at_once_leave_one_whole_file()
    {
        byte[] library = File.ReadAllBytes(Original);
        Parallel.For(0, 16, _ => Assert.NotEqual(IntPtr.Zero, NativeCopy.Load(library, Name, folder.FullName, out string? _)));
        Assert.Equal(library, File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder.FullName, "*", SearchOption.AllDirectories))));
    }

    [LinuxFact]
    public void Without_a_cache_folder_it_is_loaded_all_the_same_and_nothing_is_left()
    {
        byte[] library = File.ReadAllBytes(Original);
        string file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "");
        Assert.True(NativeLibrary.TryGetExport(NativeCopy.Load(library, Name, Path.Combine(file, "cache"), out string? place), Symbol, out _));
        Assert.Null(place);
    }

    [LinuxFact]
    public void A_file_that_is_no_library_is_refused() =>
        Assert.Throws<DllNotFoundException>(() => NativeCopy.Load(new byte[100], Name, folder.FullName, out _));
}
