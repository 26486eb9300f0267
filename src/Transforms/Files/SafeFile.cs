using System.Text;

namespace MLNetGen;

/// <summary>
/// Writes whole files or none: to a temporary name in the same folder, then moved into place, so that a crash or a
/// full disk never leaves half a file under the final name.
/// </summary>
internal static class SafeFile
{
    private const int LongestExtension = 16;

    /// <summary>
    /// Lets <paramref name="write"/> write a file at the path it is given (same extension), then moves it to
    /// <paramref name="path"/>. Folders that are missing are made.
    /// </summary>
    /// <exception cref="IOException">The folder or the file cannot be written; names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<string> write)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? throw new IOException($"'{path}' is a folder's root, not a file's name");
        // Without the name, which may be as long as the system allows; an extension tells some writers the format.
        var extension = Path.GetExtension(full) is { Length: <= LongestExtension } kept ? kept : "";
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp{extension}");
        try
        {
            Directory.CreateDirectory(folder);
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            DeleteQuietly(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw new IOException($"Cannot write '{path}': {e.Message.TrimEnd('.')}. Is the disk full, or the folder read-only?", e);
            throw;
        }
    }

    /// <summary>Lets <paramref name="write"/> fill a stream that becomes the file at <paramref name="path"/>.</summary>
    /// <exception cref="IOException">The folder or the file cannot be written; names <paramref name="path"/>.</exception>
    public static void WriteStream(string path, Action<Stream> write) => Write(path, temporary =>
    {
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
        write(stream);
        stream.Flush(flushToDisk: true);
    });

    /// <summary>Writes bytes; see <see cref="Write"/>.</summary>
    public static void WriteAllBytes(string path, byte[] bytes) => WriteStream(path, stream => stream.Write(bytes));

    /// <summary>Writes UTF-8 text without a byte order mark; see <see cref="Write"/>.</summary>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, new UTF8Encoding(false).GetBytes(text));

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report.
        }
    }
}
