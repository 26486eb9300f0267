using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace MLNetGen.Export;

/// <summary>
/// Makes TorchSharp's native library load on Linux systems whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9), and lets
/// OpenMP's threads sleep while they wait. Elsewhere it does nothing.
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

    private static readonly Lock OneAtATime = new();
    private static bool prepared;

    /// <summary>What was done so that the library loads; null where nothing had to be done, or TorchSharp was not used yet.</summary>
    public static string? Remedy { get; private set; }

    /// <summary>Why the library cannot run on this system, and what to do; null where it runs, or TorchSharp was not used yet. Also written to standard error, once.</summary>
    public static string? Problem { get; private set; }

    /// <summary>Prepares the process; only the first call does anything. TorchSharp's library itself is loaded when it is first used.</summary>
    public static void Prepare()
    {
        lock (OneAtATime)
        {
            if (!prepared && OperatingSystem.IsLinux())
            {
                LetOpenMPSleep();
                // Raised only where the plain load fails.
                AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
                context.ResolvingUnmanagedDll += Resolve;
            }
            prepared = true;
        }
    }

#pragma warning disable CA2255 // A library needs this one: the process must be prepared before anything of it touches TorchSharp.
    [ModuleInitializer]
    internal static void PrepareWithAssembly() => Prepare();
#pragma warning restore CA2255

    // Two threads of OpenMP that spin between operators take the processor from each other and from all else: on a busy machine of two cores,
    // training ran at a twentieth of its speed. libgomp reads the process's real environment, and once, when it is loaded.
    private static void LetOpenMPSleep()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "passive", 1);
    }

    private static IntPtr Resolve(Assembly assembly, string name)
    {
        if (name != "LibTorchSharp" || assembly != typeof(torch).Assembly)
            return IntPtr.Zero;
        lock (OneAtATime)
        {
            try
            {
                return Problem is null ? Load() : IntPtr.Zero;
            }
            catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The program is about to fail with TorchSharp's own words, which name no remedy.
                Problem = ProblemOf(e.Message);
                Console.Error.WriteLine($"MLNetGen: {Problem}");
                return IntPtr.Zero;
            }
        }
    }

    private static IntPtr Load()
    {
        // In NuGet's folder the two lie apart; a library that is loaded already is found again by its name.
        if (Find(Torch) is { } torchFile)
            NativeLibrary.Load(torchFile);
        // Not there at all: TorchSharp says which package is missing.
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
            IntPtr handle = NativeCopy.Load(library, TorchSharpLibrary, NativeCopy.CacheFolder(), out string place);
            Remedy = $"TorchSharp's library is loaded as a copy that does not ask for {NewerVersion}, which this system's libstdc++ lacks: {place}";
            return handle;
        }
    }

    // Beside the program, in a portable program's runtimes folder, and where the host found the packages' native files.
    internal static string? Find(string library)
    {
        string[] known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] folders = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), .. known];
        return folders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists);
    }

    private static string ProblemOf(string message)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return $"TorchSharp has no library for Linux on {RuntimeInformation.ProcessArchitecture}: run on x64, or on macOS or Windows.";
        if (message.Contains("musl", StringComparison.Ordinal) || Directory.Exists("/lib") && Directory.EnumerateFiles("/lib", "ld-musl-*").Any())
            return "TorchSharp's library needs glibc, and this system has musl (Alpine): use an image with glibc, such as Debian 12's or Ubuntu's.";
        return message.Contains("GLIBC_", StringComparison.Ordinal)
            ? "TorchSharp's library needs glibc 2.34 or later, and this system's is older: use Debian 12, Ubuntu 22.04, RHEL 9 or later."
            : $"TorchSharp's library could not be loaded: {message}";
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
