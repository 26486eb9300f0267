namespace MLNetGen.Export.Tiling;

/// <summary>Blocks of one length, used again, so that memory taken is what is in use at once and not what passed through.</summary>
internal sealed class BlockPool(int length)
{
    private readonly Stack<float[]> free = [];

    /// <summary>1 MB, or the widest row where that is longer.</summary>
    public static BlockPool ForRows(int widest) => new(Math.Max(1 << 18, widest));

    public int Length => length;

    public float[] Rent() => free.TryPop(out float[]? block) ? block : GC.AllocateUninitializedArray<float>(length);

    public void Return(float[] block) => free.Push(block);
}
