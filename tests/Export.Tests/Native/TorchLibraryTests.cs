using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MLNetGen.Tests;
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

    [Theory]
    [InlineData(Architecture.Arm64, "linux-arm64", null, "x64")]
    [InlineData(Architecture.X64, "linux-musl-x64", null, "glibc")]
    [InlineData(Architecture.X64, "alpine.3.20-x64", "Error loading shared library ld-musl-x86_64.so.1: No such file", "glibc")]
    [InlineData(Architecture.X64, "linux-x64", "/lib/libc.so.6: version `GLIBC_2.34' not found", "glibc 2.34")]
    [InlineData(Architecture.X64, "linux-x64", "/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found", "GCC 12")]
    public void A_system_that_the_library_cannot_run_on_is_told_what_it_needs(Architecture architecture, string system, string? message, string need) =>
        Assert.Contains(need, TorchLibrary.ProblemOf(architecture, system, message), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("libtorch.so: cannot open shared object file: No such file or directory")]
    public void A_missing_package_is_no_problem_of_the_system(string? message) => Assert.Null(TorchLibrary.ProblemOf(Architecture.X64, "linux-x64", message));

    [Theory]
    [InlineData("linux-x64", "TorchSharp-cpu", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux")]
    [InlineData("win-x64", "TorchSharp-cpu", "libtorch-cpu-win-x64", "TorchSharp-cuda-windows")]
    [InlineData("win-arm64", "TorchSharp-cpu", "libtorch-cpu-win-arm64")]
    [InlineData("osx-arm64", "TorchSharp-cpu", "libtorch-cpu-osx-arm64")]
    public void Where_libtorch_is_missing_the_systems_packages_are_named_with_versions(string system, params string[] packages)
    {
        Dictionary<string, string> versions = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root!, "Directory.Packages.props")), "<(TorchSharp|Libtorch)Version>([^<]+)<")
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        string[] named = [.. Regex.Matches(TorchLibrary.MissingPackages(system), @"[\w-]+-c(?:pu|uda)[\w-]* [\d.]+\d").Select(match => match.Value)];
        Assert.Equal(packages.Select(package => $"{package} {versions[package.StartsWith("lib", StringComparison.Ordinal) ? "Libtorch" : "TorchSharp"]}"), named);
    }

    [LinuxFact]
    public void OpenMP_waits_passively_in_the_processs_real_environment() =>
        Assert.Equal(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "passive", Marshal.PtrToStringUTF8(RealEnvironment("OMP_WAIT_POLICY")));

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern IntPtr RealEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
