using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNetGen.Export.Tiling;

/// <summary>The network's picture as bytes, [height, width, channels], without what it was filled up with.</summary>
internal sealed class OutputPixels(SpatialValue output, int scale, int height, int width, Filling filling)
{
    private readonly int top = filling.Begins[0] * scale, left = filling.Begins[1] * scale;

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
