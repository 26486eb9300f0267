using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Training.Pictures;

public class AugmentedFeedTests
{
    private const int Side = 8, Size = 6;

    private readonly MLContext ml = new(seed: 1);

    private PictureSet Set(int count, PictureSetOptions? options = null, Action<int>? read = null) =>
        PictureRows.Read(ml, PictureRows.Create(count, Side, Side, PictureRows.Distinct, read), Side, Side, options);

    private static float[] Values(PictureBatch batch)
    {
        using (batch)
            return [.. batch.Pixels.cpu().data<float>()];
    }

    // A window as the definition has it: place by place, mirrored at the edges.
    private static float[] Window(int row, int size, int top, int left, bool flip) =>
    [
        .. from channel in Enumerable.Range(0, 3)
           from y in Enumerable.Range(0, size)
           from x in Enumerable.Range(0, size)
           select PictureRows.Distinct(row, channel, Mirrored(top + y), Mirrored(left + (flip ? size - 1 - x : x))) / 255f,
    ];

    private static int Mirrored(int at) => at < 0 ? -at : at >= Side ? 2 * (Side - 1) - at : at;

    [Fact]
    public void Batches_are_floats_and_classes_and_the_last_one_is_what_is_left()
    {
        using PictureSet set = Set(7);
        using var feed = new AugmentedFeed(set, new() { Size = Side }, null, CPU);
        var seen = new List<int>();
        long[] order = [6, 0, 3, 1, 5, 2, 4];
        foreach (PictureBatch batch in feed.EpochSoon(order, 3, seed: 1))
        {
            Assert.Equal([batch.Classes.shape[0], 3, Side, Side], batch.Pixels.shape);
            Assert.Equal((ScalarType.Float32, ScalarType.Int64), (batch.Pixels.dtype, batch.Classes.dtype));
            long[] classes = [.. batch.Classes.data<long>()];
            float[] values = Values(batch);
            for (int i = 0; i < classes.Length; i++)
            {
                int row = (int)order[seen.Count];
                Assert.Equal(row % 3, classes[i]);
                Close(Window(row, Side, 0, 0, false), values.AsSpan(i * 3 * Side * Side, 3 * Side * Side));
                seen.Add(row);
            }
        }
        Assert.Equal(7, seen.Count);
    }

    [Fact]
    public void Order_of_the_set_has_the_window_in_the_middle_and_nothing_random()
    {
        using PictureSet set = Set(3);
        using var feed = new AugmentedFeed(
            set, new() { Size = 5, RandomCrop = true, Padding = 2, HorizontalFlip = true, ColorNoise = 0.1 }, ColorComponents.Of(set), CPU);
        // (8 − 5) / 2, rounded down.
        float[] values = [.. feed.InOrder(2).SelectMany(Values)];
        Close([.. Enumerable.Range(0, 3).SelectMany(row => Window(row, 5, 1, 1, false))], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Random_windows_are_all_places_and_their_mirror_images_equally_often(int padding)
    {
        const int Draws = 9000;
        using PictureSet set = Set(1);
        using var feed = new AugmentedFeed(set, new() { Size = Size, RandomCrop = true, Padding = padding, HorizontalFlip = true }, null, CPU);
        int places = Side + 2 * padding - Size + 1;
        var counts = new Dictionary<string, int>();
        foreach (float[] window in feed.EpochSoon(new long[Draws], 500, 3).Select(Values).SelectMany(batch => batch.Chunk(3 * Size * Size)))
        {
            string key = Key(window);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        string[] expected =
        [
            .. from top in Enumerable.Range(-padding, places)
               from left in Enumerable.Range(-padding, places)
               from flip in new[] { false, true }
               select Key(Window(0, Size, top, left, flip)),
        ];
        Assert.Equal(2 * places * places, expected.Distinct().Count());
        Assert.Equal(expected.Order(), counts.Keys.Order());
        // Six standard deviations of a binomial count: the draws are fixed, so this is no matter of luck.
        double mean = (double)Draws / expected.Length;
        Assert.All(counts.Values, count => Assert.InRange(count, mean - 6 * Math.Sqrt(mean), mean + 6 * Math.Sqrt(mean)));
    }

    [Fact]
    public void Flip_alone_mirrors_the_window_in_the_middle()
    {
        using PictureSet set = Set(1);
        using var feed = new AugmentedFeed(set, new() { Size = Size, HorizontalFlip = true }, null, CPU);
        string[] seen = [.. feed.EpochSoon(new long[50], 10, 3).Select(Values).SelectMany(batch => batch.Chunk(3 * Size * Size)).Select(Key).Distinct()];
        Assert.Equal(new[] { Key(Window(0, Size, 1, 1, false)), Key(Window(0, Size, 1, 1, true)) }.Order(), seen.Order());
    }

    [Fact]
    public void Draws_follow_from_seed_and_place_alone()
    {
        using PictureSet set = Set(16);
        using var feed = new AugmentedFeed(
            set, new() { Size = Size, RandomCrop = true, HorizontalFlip = true, ColorNoise = 0.1 }, ColorComponents.Of(set), CPU);
        float[] Epoch(int batch, int seed) => [.. feed.EpochSoon(PictureRows.Order(16), batch, seed).SelectMany(Values)];
        float[] first = Epoch(4, 5);
        Assert.Equal(first, Epoch(4, 5));
        Assert.Equal(first, Epoch(7, 5));
        Assert.NotEqual(first, Epoch(4, 6));
    }

    [Fact]
    public void Noise_is_one_number_a_channel_and_as_wide_as_the_paper_says()
    {
        const int Draws = 4000;
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(12, Side, Side, (row, channel, y, x) => (channel + 1) * ((row * 29 + y * 8 + x) % 64)), Side, Side);
        ColorComponents components = ColorComponents.Of(set);
        using var feed = new AugmentedFeed(set, new() { Size = Side, ColorNoise = 0.1 }, components, CPU);
        using var plain = new AugmentedFeed(set, new() { Size = Side }, null, CPU);
        float[] without = Values(plain.EpochSoon([0], 1, 1).First());
        double[] squares = new double[3];
        foreach (float[] picture in feed.EpochSoon(new long[Draws], 500, 3).Select(Values).SelectMany(batch => batch.Chunk(3 * Side * Side)))
        {
            for (int channel = 0; channel < 3; channel++)
            {
                float[] noise = [.. Enumerable.Range(channel * Side * Side, Side * Side).Select(i => picture[i] - without[i])];
                Assert.InRange(noise.Max() - noise.Min(), 0, 1e-6);
                squares[channel] += noise[0] * (double)noise[0];
            }
        }
        // Var Σ pᵢ αᵢ λᵢ = 0.1² Σ (pᵢ λᵢ)²; the standard error of a deviation is σ / √(2n).
        for (int channel = 0; channel < 3; channel++)
        {
            double expected = 0.1 * Math.Sqrt(Enumerable.Range(0, 3).Sum(i => Math.Pow(components.Vectors[i][channel] * components.Values[i], 2)));
            Assert.InRange(Math.Sqrt(squares[channel] / Draws), expected * (1 - 4 / Math.Sqrt(2 * Draws)), expected * (1 + 4 / Math.Sqrt(2 * Draws)));
        }
    }

    [Fact]
    public void Set_on_disk_gives_the_same_batches_as_one_in_memory()
    {
        using PictureSet memory = Set(16), disk = Set(16, new() { MemoryBudgetBytes = 0 });
        PictureAugmentation augmentation = new() { Size = Size, RandomCrop = true, Padding = 1, HorizontalFlip = true };
        using var first = new AugmentedFeed(memory, augmentation, null, CPU);
        using var second = new AugmentedFeed(disk, augmentation, null, CPU);
        Assert.Equal(first.EpochSoon(PictureRows.Order(16), 5, 1).SelectMany(Values), second.EpochSoon(PictureRows.Order(16), 5, 1).SelectMany(Values));
    }

    [Fact]
    public void First_batches_come_while_later_rows_are_still_being_read()
    {
        using var gate = new ManualResetEventSlim();
        using PictureSet set = Set(8, read: row =>
        {
            if (row == 4)
                gate.Wait(PictureRows.Soon);
        });
        using var feed = new AugmentedFeed(set, new() { Size = Size }, null, CPU);
        int batches = 0;
        foreach (PictureBatch batch in feed.EpochSoon(PictureRows.Order(8), 2, 1))
        {
            batch.Dispose();
            if (++batches == 2)
            {
                Assert.False(set.IsComplete);
                gate.Set();
            }
        }
        Assert.Equal(4, batches);
    }

    [Fact]
    public void Failure_of_a_row_ends_the_epoch_after_the_batches_before_it()
    {
        using PictureSet set = Set(8, read: row =>
        {
            if (row == 5)
                throw new InvalidDataException("Picture 'b/5.jpg' cannot be read");
        });
        using var feed = new AugmentedFeed(set, new() { Size = Size }, null, CPU);
        int batches = 0;
        Assert.Contains("'b/5.jpg'", Assert.Throws<InvalidDataException>(() =>
        {
            foreach (PictureBatch batch in feed.EpochSoon(PictureRows.Order(8), 2, 1))
            {
                batch.Dispose();
                batches++;
            }
        }).Message);
        Assert.Equal(2, batches);
    }

    [Fact]
    public async Task Cancellation_ends_an_epoch_that_waits_for_a_row()
    {
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        using PictureSet set = Set(4, read: _ => gate.Wait(PictureRows.Soon));
        using var feed = new AugmentedFeed(set, new() { Size = Size }, null, CPU);
        Task epoch = Task.Run(() => feed.Epoch(PictureRows.Order(4), 2, 1, cancel.Token).Count());
        cancel.Cancel();
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => epoch.WaitAsync(PictureRows.Soon));
        Assert.Equal(cancel.Token, e.CancellationToken);
        gate.Set();
    }

    [Fact]
    public void Disposal_in_the_middle_of_an_epoch_ends_it()
    {
        using PictureSet set = Set(8);
        var feed = new AugmentedFeed(set, new() { Size = Size }, null, CPU);
        using IEnumerator<PictureBatch> epoch = feed.EpochSoon(PictureRows.Order(8), 1, 1).GetEnumerator();
        Assert.True(epoch.MoveNext());
        epoch.Current.Dispose();
        feed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => epoch.MoveNext());
    }

    // Four batches of two, each worked on for 30; the third is asked for before its first row is there, which takes 10.
    [Fact]
    public void Waiting_share_is_the_time_from_asking_to_having()
    {
        using var gate = new ManualResetEventSlim();
        var clock = new Clock();
        using PictureSet set = Set(8, read: row =>
        {
            if (row == 4)
            {
                gate.Wait(PictureRows.Soon);
                clock.Now += 10;
            }
        });
        using var feed = new AugmentedFeed(set, new() { Size = Size }, null, CPU, clock);
        Assert.Equal(0, feed.WaitingShare);
        int batches = 0;
        foreach (PictureBatch batch in feed.EpochSoon(PictureRows.Order(8), 2, 1))
        {
            batch.Dispose();
            clock.Now += 30;
            if (++batches == 2)
                clock.Looked = gate.Set;
        }
        Assert.Equal(10 / 130.0, feed.WaitingShare, 1e-12);
        clock.Now += 50;
        Assert.Equal(10 / 130.0, feed.WaitingShare, 1e-12);
    }

    [Fact]
    public void Size_above_the_stored_pictures_and_padding_past_them_are_refused()
    {
        using PictureSet set = Set(1);
        Assert.Contains("Size is 9, and the stored pictures are 8×8", Assert.Throws<ArgumentException>(() => new AugmentedFeed(set, new() { Size = 9 }, null, CPU)).Message);
        Assert.Contains("Padding is 8", Assert.Throws<ArgumentException>(() => new AugmentedFeed(set, new() { Size = 8, Padding = 8 }, null, CPU)).Message);
    }

    private static string Key(float[] values) => Convert.ToHexString([.. values.Select(value => (byte)Math.Round(value * 255))]);

    private static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    /// <summary>Stands still but for what a test adds, and tells once after the next look at it.</summary>
    private sealed class Clock : TimeProvider
    {
        private long now = 1000;

        public long Now
        {
            get => Volatile.Read(ref now);
            set => Volatile.Write(ref now, value);
        }

        public Action? Looked { get; set; }

        public override long GetTimestamp()
        {
            long seen = Now;
            Action? tell = Looked;
            Looked = null;
            tell?.Invoke();
            return seen;
        }
    }
}
