namespace MLNetGen;

/// <summary>
/// A folder of its own for a transformer's files, deleted when disposed, or by the collector when the owner forgot to.
/// Whoever reads the files keeps this object alive.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("mlnetgen-").FullName;

    ~TemporaryFolder()
    {
        // Where the folder could not be made, the constructor threw; the collector comes all the same, and an exception here ends the process.
        if (Path is not null)
            Delete();
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
        Delete();
        GC.SuppressFinalize(this);
    }

    private void Delete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Already gone, or still open elsewhere on Windows: it lies in the system's temporary folder.
        }
    }
}
