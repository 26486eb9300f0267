namespace MLNetGen.Export.Tiling;

/// <summary>Blocks of one length, used again, so that memory taken is what is in use at once and not what passed through.</summary>
internal sealed class BlockPool(int length)
{
    private readonly Stack<float[]> free = [];

    public int Length => length;

    /// <summary>All that was ever taken, which is the most that was in use at once.</summary>
    public long Bytes { get; private set; }

    public float[] Rent()
    {
        if (free.TryPop(out float[]? block)) return block;
        Bytes += (long)length * sizeof(float);
        return GC.AllocateUninitializedArray<float>(length);
    }

    public void Return(float[] block) => free.Push(block);
}
