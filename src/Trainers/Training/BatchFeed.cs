using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The rows of a data set as one tensor in memory, handed out in batches. Pictures are kept as bytes: a quarter of
/// the memory of floats, and turned into floats a batch at a time.
/// </summary>
internal sealed class BatchFeed : IDisposable
{
    private readonly Tensor rows;
    private readonly float scale;
    private readonly Device device;
    private readonly ScalarType type;

    /// <summary>Takes over <paramref name="rows"/>; a GPU gets them once, and the CPU's copy goes. Batches are of <paramref name="type"/>.</summary>
    public BatchFeed(Tensor rows, float scale, Device device, ScalarType type = ScalarType.Float32)
    {
        this.type = type;
        this.rows = rows.to(device).DetachFromDisposeScope();
        rows.Dispose();
        this.scale = scale;
        this.device = device;
    }

    public long Count => rows.shape[0];

    /// <summary>The shape of one row.</summary>
    public long[] RowShape => rows.shape[1..];

    /// <summary>Rows <paramref name="order"/>[<paramref name="start"/> …], at most <paramref name="size"/> of them.</summary>
    public Tensor Batch(long[] order, long start, int size)
    {
        int count = (int)Math.Min(size, order.Length - start);
        using Tensor index = tensor(order.AsSpan((int)start, count).ToArray(), dtype: ScalarType.Int64, device: device);
        using Tensor picked = rows.index_select(0, index);
        return AsInput(picked);
    }

    /// <summary>Rows <paramref name="start"/> …, at most <paramref name="size"/> of them, in their own order.</summary>
    public Tensor Slice(long start, int size)
    {
        using Tensor slice = rows.narrow(0, start, Math.Min(size, Count - start));
        return AsInput(slice);
    }

    public void Dispose() => rows.Dispose();

    private Tensor AsInput(Tensor raw)
    {
        Tensor floats = raw.to_type(type, copy: true);
        return scale == 1 ? floats : floats.mul_(scale);
    }
}
