using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// A set's pictures in batches, augmented and ready when training asks for them. Every random draw follows from the
/// epoch's seed and the picture's place in the epoch, never from when a thread came to it.
/// </summary>
internal sealed class AugmentedFeed : IDisposable
{
    private readonly PictureSet set;
    private readonly PictureAugmentation augmentation;
    private readonly ColorComponents? components;
    private readonly Device device;
    private readonly TimeProvider clock;
    private readonly PictureWindow window;
    private readonly List<PreparedBatches> running = [];
    private long began, ended, waited;

    /// <summary><paramref name="components"/> may be null where there is no colour noise. The set stays its owner's. <paramref name="clock"/> times the waiting; null: the system's.</summary>
    public AugmentedFeed(PictureSet set, PictureAugmentation augmentation, ColorComponents? components, Device device, TimeProvider? clock = null)
    {
        augmentation.Validate(set.Height, set.Width);
        if (augmentation.ColorNoise > 0)
            ArgumentNullException.ThrowIfNull(components);
        (this.set, this.augmentation, this.components, this.device) = (set, augmentation, components, device);
        this.clock = clock ?? TimeProvider.System;
        window = new PictureWindow(set.Channels, set.Height, set.Width, augmentation.Size, augmentation.RandomCrop ? augmentation.Padding : 0);
    }

    /// <summary>
    /// Of the time since the last <see cref="Epoch"/> began (until it ended), the share from asking for a batch to having
    /// it on the device: what training spent waiting for data.
    /// </summary>
    public double WaitingShare => began == 0 ? 0 : (double)waited / Math.Max(1, (ended == 0 ? clock.GetTimestamp() : ended) - began);

    /// <summary>The rows of <paramref name="order"/>, augmented. The taker disposes of each batch.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/>, or the set's own token.</exception>
    public IEnumerable<PictureBatch> Epoch(long[] order, int batchSize, int seed, CancellationToken cancel)
    {
        (began, ended, waited) = (clock.GetTimestamp(), 0, 0);
        using IEnumerator<PictureBatch> batches = Prepare(order.Length, batchSize, (place, buffer, at, scratch, stopped) =>
            Augment(order[place], new RowRandom(seed, (int)place), buffer, at, scratch, stopped), augmentation.ColorNoise > 0, cancel).GetEnumerator();
        try
        {
            while (Next(batches))
                yield return batches.Current;
        }
        finally
        {
            ended = clock.GetTimestamp();
        }
    }

    /// <summary>All rows in the set's order, the window in the middle and nothing else: for judging. The taker disposes of each batch.</summary>
    public IEnumerable<PictureBatch> InOrder(int batchSize, CancellationToken cancel = default) =>
        Prepare(set.Count, batchSize, Centre, hasNoise: false, cancel);

    public void Dispose()
    {
        foreach (PreparedBatches batches in running.ToArray())
            End(batches);
    }

    private delegate void Filler(long place, BatchBuffer buffer, int at, byte[] scratch, CancellationToken stopped);

    private IEnumerable<PictureBatch> Prepare(long count, int batchSize, Filler fill, bool hasNoise, CancellationToken cancel)
    {
        byte[] scratch = new byte[set.RowLength];
        var batches = new PreparedBatches(
            (count + batchSize - 1) / batchSize,
            () => new BatchBuffer((int)Math.Min(batchSize, count), set.Channels, augmentation.Size, hasNoise),
            (batch, buffer, stopped) =>
            {
                long start = batch * batchSize;
                buffer.Count = (int)Math.Min(batchSize, count - start);
                for (int at = 0; at < buffer.Count; at++)
                    fill(start + at, buffer, at, scratch, stopped);
            },
            cancel);
        running.Add(batches);
        try
        {
            while (batches.Take() is { } buffer)
            {
                PictureBatch batch = buffer.ToBatch(device);
                batches.Return(buffer);
                yield return batch;
            }
        }
        finally
        {
            End(batches);
        }
    }

    private bool Next(IEnumerator<PictureBatch> batches)
    {
        long asked = clock.GetTimestamp();
        bool moved = batches.MoveNext();
        waited += clock.GetTimestamp() - asked;
        return moved;
    }

    private void End(PreparedBatches batches)
    {
        batches.Dispose();
        running.Remove(batches);
    }

    // All is drawn whatever is switched on, so that one option does not change the draws of another.
    private void Augment(long row, RowRandom random, BatchBuffer buffer, int at, byte[] scratch, CancellationToken stopped)
    {
        (int down, int across) = window.Places;
        int top = (int)(random.NextDouble() * down);
        int left = (int)(random.NextDouble() * across);
        bool flip = random.NextDouble() < 0.5;
        if (!augmentation.RandomCrop)
            (top, left) = window.Centre;
        Copy(row, buffer, at, top, left, flip && augmentation.HorizontalFlip, scratch, stopped);
        if (augmentation.ColorNoise > 0)
            components!.Noise(Alphas(ref random), buffer.Noise.AsSpan(at * set.Channels, set.Channels));
    }

    private void Centre(long place, BatchBuffer buffer, int at, byte[] scratch, CancellationToken stopped)
    {
        (int top, int left) = window.Centre;
        Copy(place, buffer, at, top, left, flip: false, scratch, stopped);
    }

    private void Copy(long row, BatchBuffer buffer, int at, int top, int left, bool flip, byte[] scratch, CancellationToken stopped)
    {
        set.WaitFor(row, stopped);
        window.Copy(set.Pixels(row, scratch), buffer.Pixels.Slice(at * window.Length, window.Length), top, left, flip);
        buffer.Classes[at] = set.ClassOf(row);
    }

    private double[] Alphas(ref RowRandom random)
    {
        double[] alphas = new double[set.Channels];
        for (int i = 0; i < alphas.Length; i += 2)
        {
            (double first, double second) = random.NextGaussianPair();
            alphas[i] = augmentation.ColorNoise * first;
            if (i + 1 < alphas.Length)
                alphas[i + 1] = augmentation.ColorNoise * second;
        }
        return alphas;
    }
}

/// <summary>Pictures of one training step, on the device.</summary>
/// <param name="pixels">float32 [n, C, Size, Size] in 0…1, and a little outside of it with colour noise.</param>
/// <param name="classes">int64 [n].</param>
internal sealed class PictureBatch(Tensor pixels, Tensor classes) : IDisposable
{
    public Tensor Pixels { get; } = pixels;

    public Tensor Classes { get; } = classes;

    public void Dispose()
    {
        Pixels.Dispose();
        Classes.Dispose();
    }
}
