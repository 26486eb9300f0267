using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Loader;
using MLNetGen.Onnx;
using TorchSharp;

namespace MLNetGen.Export;

/// <summary>
/// Makes TorchSharp's native library load on Linux systems whose libstdc++ is GCC 12's (Debian 12, Ubuntu 22.04): it asks for GCC 13's. Also lets
/// OpenMP's threads sleep while they wait. On other systems it does nothing. Where libtorch is missing, training and export begin with the packages to add.
/// </summary>
/// <remarks>
/// MLNetGen's assemblies call <see cref="Prepare"/> when they are first used. A program that uses TorchSharp before them calls it itself, first.
/// </remarks>
public static partial class TorchLibrary
{
    private const string Torch = "libtorch.so";
    private const string TorchSharpLibrary = "libLibTorchSharp.so";

    // What GCC 13 wrote into the library: the one symbol of that version, _ZSt21ios_base_library_initv, is declared and never called.
    private const string NewerVersion = "GLIBCXX_3.4.32";

    // As packages name it: the runtime's own name may have a distribution's in it.
    private static readonly string SystemName = (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    // The first one's older name is the second.
    private static readonly string[] OneDnnSettings = ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"];

    private static readonly Lock OneAtATime = new();
    private static bool prepared;
    private static volatile bool runs;
    private static IntPtr loaded;

    /// <summary>What was done so that the library loads; null where nothing had to be done, or TorchSharp was not used yet. A training run's log has it too.</summary>
    public static string? Remedy { get; private set; }

    /// <summary>Why the library cannot run on this system, and what to do; null where it runs, or TorchSharp was not used yet. Also written to standard error, once.</summary>
    public static string? Problem { get; private set; }

    /// <summary>What is said where this processor and libtorch's oneDNN compute convolutions wrongly, and training does without oneDNN; null where they are right. The first call computes some.</summary>
    public static string? ConvolutionRemedy
    {
        get
        {
            using ExactConvolutions? needed = ExactConvolutions.WhereNeeded();
            return needed is null ? null : ExactConvolutions.Reason;
        }
    }

    /// <summary>What is said where oneDNN was told to compute by older instructions, with which it is right; null where it was not.</summary>
    public static string? OneDnnRemedy => !OneDnnIsLimited ? null
        : "oneDNN, which computes libtorch's convolutions, uses SSE 4.1 alone (ONEDNN_MAX_CPU_ISA): on this virtual machine, which hides its processor's caches, it would compute some wrongly by newer instructions. "
            + "Networks are trained at a quarter to a half of the speed.";

    /// <summary>Whether it was, here and not by the environment.</summary>
    internal static bool OneDnnIsLimited { get; private set; }

    /// <summary>Whether oneDNN may use the processor's instructions for bfloat16.</summary>
    internal static bool OneDnnMayUseBFloat16 => !OneDnnIsLimited
        && (OneDnnSettings.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => value is not null) ?? "ALL").ToUpperInvariant() is var most
        && (most is "ALL" or "DEFAULT" || most.Contains("BF16", StringComparison.Ordinal) || most.Contains("AMX", StringComparison.Ordinal));

    /// <summary>Prepares the process; only the first call does anything. TorchSharp's library itself is loaded when it is first used.</summary>
    public static void Prepare()
    {
        lock (OneAtATime)
        {
            if (!prepared && OperatingSystem.IsLinux())
            {
                LetOpenMPSleep();
                LimitOneDnn();
                // Raised only where the plain load fails.
                AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
                context.ResolvingUnmanagedDll += Resolve;
            }
            prepared = true;
        }
    }

#pragma warning disable CA2255 // A library needs this one: the process must be prepared before anything of it touches TorchSharp.
    [ModuleInitializer]
    internal static void PrepareWithAssembly()
    {
        Prepare();
        OnnxRuntimeLibrary.Prepare();
    }
#pragma warning restore CA2255

    /// <summary>Sees to it that TorchSharp runs; what MLNetGen does with it begins with this.</summary>
    /// <exception cref="InvalidOperationException">It does not: the packages to add, or what this system lacks.</exception>
    internal static void Require()
    {
        if (runs)
            return;
        Prepare();
        // TorchSharp would copy 400 MB from NuGet's folder, if it had them there, or print a page: it is asked only where it may succeed.
        Assembly library = typeof(torch).Assembly;
        if (!IsThere() && !LiesInNuGetsFolder(library) && !NativeLibrary.TryLoad("LibTorchSharp", library, null, out _))
            throw new InvalidOperationException(Problem ?? MissingPackages(SystemName));
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            runs = true;
        }
        catch (TypeInitializationException e)
        {
            throw new InvalidOperationException(Problem ?? $"TorchSharp does not run here: {e.InnerException?.Message.Split('\n')[0].Trim()}", e);
        }
    }

    /// <summary>Which packages a program without libtorch has to add.</summary>
    /// <param name="system">Its runtime identifier, such as <c>win-x64</c>.</param>
    internal static string MissingPackages(string system)
    {
        Dictionary<string, string?> versions = typeof(TorchLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(each => each.Key, each => each.Value);
        List<string> packages = [$"TorchSharp-cpu {versions[nameof(TorchSharp)]} (for every system)"];
        if (system is "linux-x64" or "win-x64" or "win-arm64" or "osx-arm64")
            packages.Add($"libtorch-cpu-{system} {versions["libtorch"]} (for this one alone)");
        if (system is "linux-x64" or "win-x64")
            packages.Add($"TorchSharp-cuda-{(system[0] == 'w' ? "windows" : "linux")} {versions[nameof(TorchSharp)]} (for a GPU)");
        return $"libtorch, which TorchSharp computes with, is not among the program's files: add one of its packages to the project, {string.Join(" or ", packages)}.";
    }

    /// <summary>Why the library does not run here, in words that say what to do; null where that is not known.</summary>
    /// <param name="architecture">The process's.</param>
    /// <param name="system">Its runtime identifier, such as <c>linux-musl-x64</c>.</param>
    /// <param name="message">What the loader said; null before it was asked.</param>
    internal static string? ProblemOf(Architecture architecture, string system, string? message) => message switch
    {
        _ when architecture != Architecture.X64 =>
            $"TorchSharp has no library for Linux on {architecture}: run on x64, or on macOS.",
        _ when system.Contains("musl", StringComparison.Ordinal) || message?.Contains("ld-musl", StringComparison.Ordinal) == true =>
            "TorchSharp's library needs glibc, and this system has musl (Alpine): use an image with glibc, such as Debian 12's or Ubuntu's.",
        not null when message.Contains("GLIBC_", StringComparison.Ordinal) =>
            "TorchSharp's library needs glibc 2.34 or later, and this system's is older: use Debian 12, Ubuntu 22.04 or later.",
        not null when message.Contains("GLIBCXX_", StringComparison.Ordinal) =>
            "TorchSharp's library needs the libstdc++ of GCC 12 or later, and this system's is older: use Debian 12, Ubuntu 22.04 or later, "
            + "or name a folder with a newer libstdc++.so.6 in LD_LIBRARY_PATH.",
        _ => null,
    };

    /// <summary>The full path of one of the packages' libraries; null where it is not found.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file the location is empty, and what it held lies in the other folders.")]
    internal static string? Find(string library)
    {
        // Beside the program, beside TorchSharp (a plugin's), in a portable program's runtimes folder, and where the host found the packages' native files.
        string[] programs = [AppContext.BaseDirectory, Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? ""];
        string[] known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        return programs.SelectMany(folder => (string[])[folder, Path.Combine(folder, "runtimes", SystemName, "native")]).Concat(known)
            .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists);
    }

    // Two threads of OpenMP that spin between operators take the processor from each other and from all else: on a busy machine of two cores,
    // training ran at a twentieth of its speed. libgomp reads the process's real environment, and once, when it is loaded.
    private static void LetOpenMPSleep()
    {
        const string Policy = "OMP_WAIT_POLICY";
        try
        {
            _ = SetEnvironmentVariable(Policy, Environment.GetEnvironmentVariable(Policy) ?? "passive", 1);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // It costs speed, and nothing else.
        }
    }

    // Some virtual machines on AMD's processors of family 26 (Zen 5) say nothing of caches where oneDNN looks, and all kernels of its that go by their sizes, from AVX on, were
    // seen to compute wrongly there. It reads the variable once, at its first computation.
    private static void LimitOneDnn()
    {
        if (!X86Base.IsSupported || OneDnnSettings.Any(name => Environment.GetEnvironmentVariable(name) is not null))
            return;
        const int Amd = 0x68747541, ZenFive = 26, Caches = unchecked((int)0x8000001D);
        int version = X86Base.CpuId(1, 0).Eax, family = (version >> 8 & 15) + (version >> 20 & 255);
        if (X86Base.CpuId(0, 0).Ebx != Amd || family < ZenFive || X86Base.CpuId(Caches, 0).Eax != 0)
            return;
        try
        {
            OneDnnIsLimited = SetEnvironmentVariable(OneDnnSettings[0], "SSE41", 1) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Convolutions are tried before they are trained with.
        }
    }

    private static bool IsThere() => Find(OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : Torch) is not null;

    // A script's or a notebook's TorchSharp, or a build that copies no packages: TorchSharp looks for libtorch beside itself there. PACKAGES/torchsharp/VERSION/lib/FRAMEWORK/TorchSharp.dll
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A single file's is not in that folder.")]
    private static bool LiesInNuGetsFolder(Assembly library) =>
        Path.GetFullPath("../../../../..", library.Location) is { } packages && library.Location.Length > 0 && Directory.Exists(Path.Combine(packages, "torchsharp"));

    private static IntPtr Resolve(Assembly assembly, string name)
    {
        if (name != "LibTorchSharp" || assembly != typeof(torch).Assembly)
            return IntPtr.Zero;
        lock (OneAtATime)
        {
            if (loaded == IntPtr.Zero && Problem is null)
            {
                string? message = null;
                try
                {
                    loaded = Load();
                }
                catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    message = e.Message;
                }
                if (loaded == IntPtr.Zero)
                    Tell(ProblemOf(RuntimeInformation.ProcessArchitecture, RuntimeInformation.RuntimeIdentifier, message));
            }
            return loaded;
        }
    }

    // TorchSharp is about to fail in its own words, which name another remedy.
    private static void Tell(string? problem)
    {
        if (problem is null || Problem is not null)
            return;
        Problem = problem;
        Console.Error.WriteLine($"MLNetGen: {problem}");
    }

    private static IntPtr Load()
    {
        // In NuGet's folder the two lie apart. What is loaded already is found again by the name that it has in itself: so are libtorch here, and the
        // copy by TorchSharp's later calls.
        if (Find(Torch) is { } torchFile)
            NativeLibrary.Load(torchFile);
        // Not there at all: a package is missing, which Require says.
        if (Find(TorchSharpLibrary) is not { } file)
            return IntPtr.Zero;
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(NewerVersion, StringComparison.Ordinal))
        {
            byte[] library = File.ReadAllBytes(file);
            ElfVersions.MarkWeak(library, NewerVersion);
            return LoadCopy(library);
        }
    }

    private static IntPtr LoadCopy(byte[] library)
    {
        string cache = NativeCopy.CacheFolder();
        try
        {
            IntPtr handle = NativeCopy.Load(library, TorchSharpLibrary, cache, out string? place);
            Remedy = $"TorchSharp's library is loaded as a copy that does not ask for {NewerVersion}, which this system's libstdc++ lacks; "
                + (place is null ? $"the copy was a temporary one, as {cache} cannot be used" : $"the copy is {place}");
            return handle;
        }
        catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException)
        {
            Tell($"TorchSharp's library must be loaded as a copy on this system, and can be neither in {cache} nor in the temporary folder ({e.Message}): "
                + "set XDG_CACHE_HOME to a folder that can be written to and run from.");
            return IntPtr.Zero;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
