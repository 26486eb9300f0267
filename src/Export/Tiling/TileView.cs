namespace MLNetGen.Export.Tiling;

/// <summary>The part of a tile's result that belongs to the tile, without its surroundings.</summary>
internal readonly ref struct TileView(ReadOnlySpan<float> data, int dataHeight, int dataWidth, int top, int left, int height, int width)
{
    private readonly ReadOnlySpan<float> data = data;

    public int Height => height;

    public int Width => width;

    public ReadOnlySpan<float> Row(int channel, int y) => data.Slice((channel * dataHeight + top + y) * dataWidth + left, width);
}
