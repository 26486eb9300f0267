using System.Collections.Concurrent;

namespace MLNetGen;

/// <summary>
/// A folder of its own for a transformer's files, deleted when disposed, by the collector when the owner forgot to, or when the process ends.
/// Whoever reads the files keeps this object alive.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Present = new();

    // No finaliser runs when a process ends.
    static TemporaryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteAll();

    /// <param name="parent">Where it lies, such as <c>MLContext.TempFilePath</c>; made if it is not there. Null: the system's temporary folder.</param>
    public TemporaryFolder(string? parent = null)
    {
        const string Prefix = "mlnetgen-";
        Path = parent is null ? Directory.CreateTempSubdirectory(Prefix).FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"{Prefix}{Guid.NewGuid():N}")).FullName;
        Present[Path] = true;
    }

    ~TemporaryFolder()
    {
        // Where the folder could not be made, the constructor threw; the collector comes all the same, and an exception here ends the process.
        if (Path is not null)
            Delete(Path);
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a file in this folder, existing or not.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies files of this folder to another one, which is made if it is not there; each whole or not at all.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void CopyTo(string target, params IEnumerable<string> names)
    {
        foreach (string name in names) SafeFile.Write(System.IO.Path.Combine(target, name), unfinished => System.IO.File.Copy(File(name), unfinished, overwrite: true));
    }

    public void Dispose()
    {
        Delete(Path);
        GC.SuppressFinalize(this);
    }

    private static void DeleteAll()
    {
        foreach (string path in Present.Keys) Delete(path);
    }

    private static void Delete(string path)
    {
        try
        {
            Present.TryRemove(path, out _);
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Already gone, or still open elsewhere on Windows: it lies in the system's temporary folder.
        }
    }
}
