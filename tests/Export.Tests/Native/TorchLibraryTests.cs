using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

public class TorchLibraryTests
{
    [LinuxFact]
    public void The_library_is_a_copy_exactly_where_the_systems_libstdcxx_is_older_than_it()
    {
        using Tensor three = ones(3).sum();
        Assert.Equal(3, three.item<float>());
        // The libstdc++ that this process has loaded: it says itself which versions it has.
        string libstdcxx = File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1]).First(path => path.Contains("libstdc++.so", StringComparison.Ordinal));
        bool isNewEnough = File.ReadAllBytes(libstdcxx).AsSpan().IndexOf(Encoding.ASCII.GetBytes("GLIBCXX_3.4.32\0")) >= 0;
        Assert.Equal(isNewEnough, TorchLibrary.Remedy is null);
        Assert.Null(TorchLibrary.Problem);
    }

    [LinuxFact]
    public void OpenMP_waits_passively_in_the_processs_real_environment() =>
        Assert.Equal(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "passive", Marshal.PtrToStringUTF8(RealEnvironment("OMP_WAIT_POLICY")));

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern IntPtr RealEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
