using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Batches filled on a thread of their own, a few ahead of who takes them, in order.</summary>
internal sealed class PreparedBatches : IDisposable
{
    private const int Ahead = 2;

    private readonly BlockingCollection<BatchBuffer> free = [];
    private readonly BlockingCollection<BatchBuffer> ready = [];
    private readonly List<BatchBuffer> buffers = [];
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken cancel;
    private readonly Thread thread;
    private ExceptionDispatchInfo? failure;
    private bool disposed;

    /// <summary><paramref name="fill"/> fills batch 0, 1, … <paramref name="count"/> − 1; what it throws, <see cref="Take"/> throws.</summary>
    public PreparedBatches(long count, Func<BatchBuffer> create, Action<long, BatchBuffer, CancellationToken> fill, CancellationToken cancel)
    {
        this.cancel = cancel;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // One is with who took it, and the next ones ahead.
        for (int i = 0; i < Math.Min(count, Ahead + 1); i++)
        {
            buffers.Add(create());
            free.Add(buffers[^1], CancellationToken.None);
        }
        CancellationToken stopped = stop.Token;
        thread = new Thread(() => Run(count, fill, stopped)) { IsBackground = true, Name = "MLNetGen batches" };
        thread.Start();
    }

    /// <summary>The next batch; null after the last.</summary>
    public BatchBuffer? Take()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        // Not a batch that was ready: who cancels wants the next step not to be.
        cancel.ThrowIfCancellationRequested();
        if (ready.TryTake(out BatchBuffer? buffer, Timeout.Infinite, cancel))
            return buffer;
        cancel.ThrowIfCancellationRequested();
        failure?.Throw();
        return null;
    }

    public void Return(BatchBuffer buffer) => free.Add(buffer);

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        stop.Cancel();
        thread.Join();
        buffers.ForEach(buffer => buffer.Dispose());
        free.Dispose();
        ready.Dispose();
        stop.Dispose();
    }

    private void Run(long count, Action<long, BatchBuffer, CancellationToken> fill, CancellationToken stopped)
    {
        try
        {
            for (long batch = 0; batch < count; batch++)
            {
                BatchBuffer buffer = free.Take(stopped);
                fill(batch, buffer, stopped);
                ready.Add(buffer, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}

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
