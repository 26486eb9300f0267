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
