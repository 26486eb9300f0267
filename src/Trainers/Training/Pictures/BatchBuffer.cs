using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A batch as it is prepared: bytes, as they lie in the set; reused for a later one.</summary>
internal sealed class BatchBuffer(int size, int channels, int side, bool hasNoise) : IDisposable
{
    private readonly Tensor bytes = empty(size, channels, side, side, dtype: ScalarType.Byte).DetachFromDisposeScope();

    /// <summary>Pictures in it; the last batch may have fewer than there is room for.</summary>
    public int Count { get; set; }

    /// <summary>[n, C, side, side].</summary>
    public Span<byte> Pixels => bytes.bytes;

    public long[] Classes { get; } = new long[size];

    /// <summary>What is added to every pixel, [n, C].</summary>
    public float[] Noise { get; } = new float[size * channels];

    /// <summary>As the network takes it.</summary>
    public PictureBatch ToBatch(Device device)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = bytes.narrow(0, 0, Count).to(device).to_type(ScalarType.Float32, copy: true).mul_(1 / 255f);
        if (hasNoise)
            pixels.add_(tensor(Noise[..(Count * channels)], device: device).reshape(Count, channels, 1, 1));
        Tensor classes = tensor(Classes[..Count], dtype: ScalarType.Int64, device: device);
        return new PictureBatch(pixels.DetachFromDisposeScope(), classes.DetachFromDisposeScope());
    }

    public void Dispose() => bytes.Dispose();
}
