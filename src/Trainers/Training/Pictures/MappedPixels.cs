using System.IO.MemoryMappedFiles;

namespace MLNetGen;

/// <summary>
/// Rows in a memory-mapped temporary file: the system keeps in memory what it has room for. The file goes with this
/// object, and with the process, however it ends.
/// </summary>
internal sealed class MappedPixels : PixelStore
{
    private readonly FileStream file;
    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;

    /// <exception cref="IOException">The file cannot be made, or its disk has no room for it.</exception>
    public MappedPixels(long rows, int rowLength, string? folder)
        : base(rowLength)
    {
        long length = checked(rows * rowLength);
        folder ??= Path.GetTempPath();
        string path = Path.Combine(folder, $"mlnetgen-pictures-{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            // The room is taken now: a disk that is full later would end the process when a mapped page is written.
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.DeleteOnClose,
                PreallocationSize = length,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The pictures' cache of {length / 1e9:F1} GB cannot be made in '{folder}': {e.Message.TrimEnd('.')}. "
                + "Name a folder on a disk that has room, or raise the memory budget so that none is needed.", e);
        }
        try
        {
            // Elsewhere than on Windows closing a file that a killed process had open deletes nothing: its name goes now.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            mapping = MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            view = mapping.CreateViewAccessor(0, length);
        }
        catch
        {
            mapping?.Dispose();
            file.Dispose();
            throw;
        }
    }

    public override void Write(long row, ReadOnlySpan<byte> bytes) => view.SafeMemoryMappedViewHandle.WriteSpan(Offset(row), bytes);

    // A copy, and not a span over the mapping, which Dispose would pull away from under its reader.
    public override ReadOnlySpan<byte> Read(long row, byte[] scratch)
    {
        Span<byte> bytes = scratch.AsSpan(0, RowLength);
        view.SafeMemoryMappedViewHandle.ReadSpan(Offset(row), bytes);
        return bytes;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            view.Dispose();
            mapping.Dispose();
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    private ulong Offset(long row) => (ulong)(row * RowLength);
}
