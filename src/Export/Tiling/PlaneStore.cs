namespace MLNetGen.Export.Tiling;

/// <summary>One value of the whole picture, [channels, height, width], in bands of rows that come and go.</summary>
internal sealed class PlaneStore(BlockPool pool, int channels, int height, int width, int bandRows)
{
    private readonly int rowsPerBlock = pool.Length / width;
    private readonly float[][]?[] bands = new float[(height + bandRows - 1) / bandRows][][];

    /// <summary>Writes a tile that lies in one band.</summary>
    public void Write(TileView tile, int top, int left)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < tile.Height; y++) tile.Row(channel, y).CopyTo(Row(channel, top + y).Slice(left, tile.Width));
        }
    }

    /// <summary>Reads a rectangle into [channels, height, width].</summary>
    public void Read(Rectangle part, Span<float> to)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < part.Height; y++)
                Row(channel, part.Top + y).Slice(part.Left, part.Width).CopyTo(to[((channel * part.Height + y) * part.Width)..]);
        }
    }

    /// <summary>Gives up the bands that end at or above a row.</summary>
    public void FreeAbove(int row)
    {
        for (int i = 0; i < bands.Length && Math.Min(height, (i + 1) * bandRows) <= row; i++)
        {
            foreach (float[] block in bands[i] ?? []) pool.Return(block);
            bands[i] = null;
        }
    }

    private Span<float> Row(int channel, int y)
    {
        int band = y / bandRows;
        int rows = Math.Min(bandRows, height - band * bandRows);
        float[][] blocks = bands[band] ??= Rent(channels * rows);
        int row = channel * rows + y - band * bandRows;
        return blocks[row / rowsPerBlock].AsSpan(row % rowsPerBlock * width, width);
    }

    private float[][] Rent(int rows)
    {
        var blocks = new float[(rows + rowsPerBlock - 1) / rowsPerBlock][];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = pool.Rent();
        return blocks;
    }
}
