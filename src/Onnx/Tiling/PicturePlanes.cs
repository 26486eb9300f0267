using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNetGen.Onnx.Tiling;

/// <summary>A picture's bytes, [height, width, channels], as if it had been filled up at its borders; nothing of it is copied.</summary>
internal sealed class PicturePlanes
{
    private readonly byte[] pixels;
    private readonly int sourceWidth, channels;
    private readonly int[] rows, columns;

    public PicturePlanes(byte[] pixels, int height, int width, int channels, PicturePadding padding)
    {
        this.pixels = pixels;
        this.channels = channels;
        sourceWidth = width;
        rows = padding.Positions(0, height);
        columns = padding.Positions(1, width);
    }

    public int Height => rows.Length;

    public int Width => columns.Length;

    /// <summary>A rectangle as float32 [channels, height, width].</summary>
    public void Read(Rectangle part, Span<float> to)
    {
        int plane = part.Height * part.Width;
        for (int y = 0; y < part.Height; y++)
        {
            int row = rows[part.Top + y] * sourceWidth;
            for (int x = 0; x < part.Width; x++)
            {
                int from = (row + columns[part.Left + x]) * channels;
                for (int channel = 0; channel < channels; channel++) to[channel * plane + y * part.Width + x] = pixels[from + channel];
            }
        }
    }

    /// <summary>A rectangle as bytes [height, width, channels].</summary>
    public void Read(Rectangle part, Span<byte> to)
    {
        for (int y = 0; y < part.Height; y++)
        {
            int row = rows[part.Top + y] * sourceWidth;
            for (int x = 0; x < part.Width; x++)
                pixels.AsSpan((row + columns[part.Left + x]) * channels, channels).CopyTo(to[((y * part.Width + x) * channels)..]);
        }
    }
}

/// <summary>The network's picture as bytes, [height, width, channels], without what it was filled up with.</summary>
internal sealed class OutputPixels(SpatialValue output, int scale, int height, int width, PicturePadding padding)
{
    private readonly int top = padding.Begins[0] * scale, left = padding.Begins[1] * scale;

    public int Channels { get; } = (int)output.Shape[output.Axes is [2, 3] ? 1 : 3];

    public byte[] Pixels { get; } = new byte[checked(height * scale * width * scale * (int)output.Shape[output.Axes is [2, 3] ? 1 : 3])];

    /// <summary>Takes a tile's part out of its result.</summary>
    /// <param name="value">The result, of the tile with its surroundings.</param>
    /// <param name="whole">Where the result lies in the whole output.</param>
    /// <param name="part">Where the tile lies in the whole output.</param>
    public void Write(OrtValue value, Rectangle whole, Rectangle part)
    {
        bool planes = output.Axes is [2, 3];
        int plane = whole.Height * whole.Width;
        bool bytes = value.GetTensorTypeAndShape().ElementDataType == TensorElementType.UInt8;
        ReadOnlySpan<byte> asBytes = bytes ? value.GetTensorDataAsSpan<byte>() : default;
        ReadOnlySpan<float> asFloats = bytes ? default : value.GetTensorDataAsSpan<float>();
        for (int y = Math.Max(part.Top, top); y < Math.Min(part.Bottom, top + height * scale); y++)
        {
            for (int x = Math.Max(part.Left, left); x < Math.Min(part.Right, left + width * scale); x++)
            {
                int place = (y - whole.Top) * whole.Width + x - whole.Left, to = ((y - top) * width * scale + x - left) * Channels;
                for (int channel = 0; channel < Channels; channel++)
                {
                    int from = planes ? channel * plane + place : place * Channels + channel;
                    Pixels[to + channel] = bytes ? asBytes[from] : (byte)Math.Clamp(MathF.Round(asFloats[from]), 0, 255);
                }
            }
        }
    }
}

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
