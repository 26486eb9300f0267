namespace MLNetGen.Cli;

/// <summary>Writes whole files or none: under another name first, so that a full disk or a crash leaves no half a file.</summary>
internal static class OutputFile
{
    /// <param name="path">The file; missing folders are made.</param>
    /// <param name="write">Writes it at the path that it is given.</param>
    /// <exception cref="IOException">The folder or the file cannot be written; names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<string> write)
    {
        // Without the file's name, which may be as long as the system allows.
        string full = Path.GetFullPath(path), unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            write(unfinished);
            File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write '{path}': {e.Message.TrimEnd('.')}. Is the disk full, or the folder read-only?", e);
        }
        finally
        {
            if (File.Exists(unfinished)) File.Delete(unfinished);
        }
    }

    public static void WriteAllText(string path, string text) => Write(path, unfinished => File.WriteAllText(unfinished, text));
}
