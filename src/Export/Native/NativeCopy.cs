using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Loads a native library from bytes: from a copy in a cache folder, which the next process finds there.</summary>
internal static class NativeCopy
{
    /// <summary>The user's folder for files that can be made again (XDG Base Directory Specification), and this library's in it.</summary>
    public static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache");
        return Path.Combine(cache, "mlnetgen");
    }

    /// <summary>Loads it from its place in the cache, where it is written if need be, or from a temporary file.</summary>
    /// <param name="library">The library's bytes.</param>
    /// <param name="name">Its file name, which other libraries ask for.</param>
    /// <param name="cache">The folder for such copies; made where it is not there.</param>
    /// <param name="place">The copy; null where it was a temporary one.</param>
    /// <exception cref="DllNotFoundException">It does not load.</exception>
    /// <exception cref="IOException">It can be written neither to the cache folder nor to the temporary one.</exception>
    public static IntPtr Load(byte[] library, string name, string cache, out string? place)
    {
        string folder = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(library))[..16]);
        string file = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            // What a full disk or a crash left there is written anew. Two processes may do this at once: each moves a whole file into place.
            if (!File.Exists(file) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(library))
                AtomicFile.Write(file, stream => stream.Write(library));
            place = file;
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            // A home that cannot be written to, or that nothing may be run from. Once loaded, the file itself is no longer needed.
            DirectoryInfo once = Directory.CreateTempSubdirectory("mlnetgen-");
            try
            {
                place = null;
                string copy = Path.Combine(once.FullName, name);
                File.WriteAllBytes(copy, library);
                return NativeLibrary.Load(copy);
            }
            finally
            {
                once.Delete(recursive: true);
            }
        }
    }
}
