namespace MLNetGen;

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
