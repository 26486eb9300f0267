namespace MLNetGen;

/// <summary>A workspace is one process's while it trains there. The file is held open, not merely there: one that a killed process left bars nobody.</summary>
internal sealed class WorkspaceLock : IDisposable
{
    public const string FileName = ".training";

    // What opening a file says that another process holds: Windows's sharing violation, and EWOULDBLOCK of Linux and of macOS.
    private static readonly int[] Held = [unchecked((int)0x80070020), 11, 35];

    private readonly FileStream file;

    private WorkspaceLock(FileStream file) => this.file = file;

    /// <summary>Takes a workspace, made if it is not there; null where no file can be held in it, which costs the protection and not the training.</summary>
    /// <exception cref="IOException">Another process trains there.</exception>
    public static WorkspaceLock? Take(string workspace)
    {
        try
        {
            Directory.CreateDirectory(workspace);
            return new(new(Path.Combine(workspace, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            throw new IOException(
                $"Another run is training in '{workspace}': wait until it has ended, or give this one another folder ({nameof(TrainingOptions.WorkspacePath)}; --out on the command line).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
