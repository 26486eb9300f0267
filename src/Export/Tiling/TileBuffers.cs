namespace MLNetGen.Export.Tiling;

/// <summary>
/// Memory that tiles are read into, the same from pass to pass: what is thrown away, the collector leaves lying for long beside as much
/// as a run keeps.
/// </summary>
internal sealed class TileBuffers
{
    private readonly float[][] floats;
    private readonly byte[] bytes;

    /// <param name="lengths">By pass, how many numbers each of its sources' largest tile has.</param>
    /// <param name="byteCount">How many bytes a tile of the picture has, where the network takes bytes.</param>
    public TileBuffers(IReadOnlyList<int[]> lengths, int byteCount)
    {
        int most = lengths.Max(pass => pass.Length);
        floats = [.. Enumerable.Range(0, most).Select(i => new float[lengths.Max(pass => pass.OrderDescending().ElementAtOrDefault(i))])];
        bytes = new byte[byteCount];
    }

    public Memory<byte> Bytes(int count) => bytes.AsMemory(0, count);

    /// <param name="rank">The source's place among its pass's, from the largest.</param>
    /// <param name="count">How many numbers.</param>
    public Memory<float> Floats(int rank, int count) => floats[rank].AsMemory(0, count);
}
