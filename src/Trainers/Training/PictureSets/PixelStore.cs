using System.IO.MemoryMappedFiles;

namespace MLNetGen;

/// <summary>Rows of equally many bytes, written once each and then read in any order. One thread writes, any number read what is written.</summary>
internal abstract class PixelStore(int rowLength) : IDisposable
{
    protected int RowLength { get; } = rowLength;

    /// <summary>In memory where <paramref name="rows"/> rows fit the budget, else in a file.</summary>
    public static PixelStore Create(long rows, int rowLength, long memoryBudget, string? folder) =>
        checked(rows * rowLength) <= memoryBudget ? new MemoryPixels(rows, rowLength) : new MappedPixels(rows, rowLength, folder);

    public abstract void Write(long row, ReadOnlySpan<byte> bytes);

    /// <summary>A row's bytes, in <paramref name="scratch"/> (of at least a row's length) where they do not lie in memory.</summary>
    public abstract ReadOnlySpan<byte> Read(long row, byte[] scratch);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Rows in arrays: several, since one cannot hold more than 2 GiB.</summary>
internal sealed class MemoryPixels(long rows, int rowLength) : PixelStore(rowLength)
{
    private const int BlockLength = 64 << 20;

    private readonly int rowsPerBlock = Math.Max(1, BlockLength / rowLength);
    private readonly byte[]?[] blocks = new byte[]?[(rows - 1) / Math.Max(1, BlockLength / rowLength) + 1];

    public override void Write(long row, ReadOnlySpan<byte> bytes)
    {
        (long block, long at) = Math.DivRem(row, rowsPerBlock);
        long length = Math.Min(rowsPerBlock, rows - block * rowsPerBlock) * RowLength;
        bytes.CopyTo((blocks[block] ??= GC.AllocateUninitializedArray<byte>((int)length)).AsSpan((int)at * RowLength, RowLength));
    }

    public override ReadOnlySpan<byte> Read(long row, byte[] scratch)
    {
        (long block, long at) = Math.DivRem(row, rowsPerBlock);
        return blocks[block].AsSpan((int)at * RowLength, RowLength);
    }
}

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
