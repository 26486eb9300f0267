namespace MLNetGen;

/// <summary>
/// A folder of its own for a transformer's files, deleted when disposed, or by the collector when the owner forgot to.
/// Whoever reads the files keeps this object alive.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("mlnetgen-").FullName;

    ~TemporaryFolder() => Delete();

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a file in this folder, existing or not.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

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
