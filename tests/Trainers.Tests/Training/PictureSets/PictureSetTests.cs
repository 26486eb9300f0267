using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Training.Pictures;

public class PictureSetTests
{
    private const int Count = 20, Height = 5, Width = 7;

    private readonly MLContext ml = new(seed: 1);

    private static IDataView Rows(Action<int>? read = null) => PictureRows.Create(Count, Height, Width, PictureRows.Distinct, read);

    private PictureSet Read(PictureSetOptions? options = null, Action<int>? read = null) => PictureRows.Read(ml, Rows(read), Height, Width, options);

    private static byte[] Expected(int row) =>
    [
        .. from channel in Enumerable.Range(0, 3)
           from y in Enumerable.Range(0, Height)
           from x in Enumerable.Range(0, Width)
           select (byte)PictureRows.Distinct(row, channel, y, x),
    ];

    [Theory]
    [InlineData(PictureSetOptions.DefaultMemoryBudget)]
    [InlineData(0)]
    public void Rows_come_as_planes_of_bytes_with_their_classes_from_memory_and_from_disk(long budget)
    {
        using PictureSet set = Read(new() { MemoryBudgetBytes = budget });
        Assert.Equal((Count, 3, Height, Width, false), (set.Count, set.Channels, set.Height, set.Width, set.IsShuffled));
        set.WaitSoon(Count - 1);
        for (int row = 0; row < Count; row++)
        {
            Assert.Equal(Expected(row), set.Pixels(row).ToArray());
            Assert.Equal(row % 3, set.ClassOf(row));
        }
    }

    [Fact]
    public void Grey_pictures_have_one_plane()
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(2, 2, 2, (row, _, y, x) => 100 * row + 10 * y + x), 2, 2, channels: 1);
        set.WaitSoon(1);
        Assert.Equal([100, 101, 110, 111], set.Pixels(1).ToArray());
    }

    [Fact]
    public void Same_seed_gives_the_same_order_of_every_row_once()
    {
        int[] first = Order(7), again = Order(7), other = Order(8);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(Enumerable.Range(0, Count), first);
        Assert.Equal(Enumerable.Range(0, Count), first.Order());
    }

    // The first pixel tells the row: 7 · row.
    private int[] Order(int seed)
    {
        using PictureSet set = Read(new() { ShuffleSeed = seed });
        Assert.True(set.IsShuffled);
        set.WaitSoon(Count - 1);
        int[] order = [.. Enumerable.Range(0, Count).Select(row => set.Pixels(row)[0] / 7)];
        for (int row = 0; row < Count; row++)
        {
            Assert.Equal(order[row] % 3, set.ClassOf(row));
            Assert.Equal(Expected(order[row]), set.Pixels(row).ToArray());
        }
        return order;
    }

    [Fact]
    public void Rows_that_cannot_be_shuffled_come_in_their_order()
    {
        using PictureSet set = PictureRows.Read(ml, ml.Data.TakeRows(Rows(), 4), Height, Width, new() { ShuffleSeed = 7 });
        set.WaitSoon(3);
        Assert.False(set.IsShuffled);
        Assert.Equal([0, 7, 14, 21], Enumerable.Range(0, 4).Select(row => (int)set.Pixels(row)[0]));
    }

    [Fact]
    public void Rows_of_unknown_number_are_counted_without_reading_a_picture()
    {
        int read = 0;
        IDataView rows = Rows(_ => Interlocked.Increment(ref read));
        IDataView half = ml.Data.FilterRowsByColumn(rows, "Class", upperBound: 1.5);
        Assert.Null(half.GetRowCount());
        using PictureSet set = PictureRows.Read(ml, half, Height, Width, new() { ShuffleSeed = 5 });
        set.WaitSoon(set.Count - 1);
        Assert.Equal((14, 14, true), (set.Count, read, set.IsShuffled));
        int[] order = [.. Enumerable.Range(0, 14).Select(row => set.Pixels(row)[0] / 7)];
        Assert.Equal(Enumerable.Range(0, Count).Where(row => row % 3 < 2), order.Order());
        Assert.NotEqual(order.Order(), order);
    }

    [Fact]
    public void Hash_is_that_of_shape_pixels_and_classes_in_order()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (int number in new[] { 3, Height, Width })
            writer.Write(number);
        for (int row = 0; row < Count; row++)
        {
            writer.Write(Expected(row));
            writer.Write(row % 3);
        }
        using PictureSet memory = Read(), disk = Read(new() { MemoryBudgetBytes = 0 }), shuffled = Read(new() { ShuffleSeed = 3 });
        Assert.Equal(Convert.ToHexString(SHA256.HashData(stream.ToArray())), memory.Hash);
        Assert.Equal(memory.Hash, disk.Hash);
        Assert.NotEqual(memory.Hash, shuffled.Hash);
        Assert.True(memory.IsComplete);
        Assert.Equal(Count, memory.ReadSoFar);
    }

    [Fact]
    public void First_rows_can_be_had_while_later_ones_are_still_being_read()
    {
        using var gate = new ManualResetEventSlim();
        using PictureSet set = Read(read: row =>
        {
            if (row == 5)
                gate.Wait(PictureRows.Soon);
        });
        set.WaitSoon(4);
        Assert.Equal((5, false), (set.ReadSoFar, set.IsComplete));
        Assert.Equal(Expected(4), set.Pixels(4).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => set.ClassOf(5));
        gate.Set();
        set.WaitSoon(Count - 1);
    }

    [Fact]
    public void Failure_of_a_row_reaches_whoever_waits_by_its_own_message()
    {
        using PictureSet set = Read(read: row =>
        {
            if (row == 5)
                throw new InvalidDataException("Picture 'b/5.jpg' cannot be read: it is torn");
        });
        set.WaitSoon(4);
        Assert.Contains("Picture 'b/5.jpg' cannot be read: it is torn", Assert.Throws<InvalidDataException>(() => set.WaitSoon(5)).Message);
        Assert.Contains("'b/5.jpg'", Assert.Throws<InvalidDataException>(() => set.Hash).Message);
    }

    [Fact]
    public void Failure_of_a_label_is_told_as_it_is_without_another_pass_over_the_pictures()
    {
        int read = 0;
        IDataView rows = Rows(_ => read++);
        using PictureSet set = PictureSet.Read(
            ml,
            rows,
            new PictureInput(ml, "Image", 3, Height, Width, ImageResizingEstimator.ResizingKind.Fill),
            cursor => () => cursor.Position == 3 ? throw new InvalidOperationException("row 3 has no label") : 0,
            [],
            new());
        Assert.Equal("row 3 has no label", Assert.Throws<InvalidOperationException>(() => set.WaitSoon(3)).Message);
        Assert.Equal(4, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Row_without_a_picture_is_named(int? seed)
    {
        IDataView rows = new IndexedRows(
            4,
            IndexedColumn.Image("Image", new ImageDataViewType(), row => row == 2 ? null! : MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4])),
            IndexedColumn.Single("Class", row => row));
        using PictureSet set = PictureRows.Read(ml, rows, 4, 4, new() { ShuffleSeed = seed });
        Assert.Contains("row 2 of column 'Image' has no picture", Assert.Throws<InvalidDataException>(() => set.WaitSoon(3)).Message);
    }

    // A folder as people have it: sorted by class, one picture of a single pixel, one that no memory holds, one torn.
    [Fact]
    public void Folder_is_read_shuffled_without_what_cannot_be_read_and_a_pixel_becomes_a_picture()
    {
        using var folder = new TestFolder();
        for (int n = 0; n < 20; n++)
            folder.Write($"{(n < 10 ? "a" : "b")}/{n}.png", TestPictures.Png(1, 1, (byte)(10 * n), 7, 9));
        folder.Write("b/huge.png", TestPictures.PngOf(20000, 20000, [0]));
        folder.Write("b/torn.jpg", TestPictures.Jpeg[..300]);
        IDataView rows = ml.Images.LoadFolder(folder.Root);
        using PictureSet set = PictureSet.Read(
            ml,
            rows,
            new PictureInput(ml, "Image", 3, 4, 4, ImageResizingEstimator.ResizingKind.IsoCrop),
            cursor =>
            {
                ValueGetter<ReadOnlyMemory<char>> get = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Label"]);
                ReadOnlyMemory<char> label = default;
                return () =>
                {
                    get(ref label);
                    return label.Span[0] - 'a';
                };
            },
            [rows.Schema["Label"]],
            new() { ShuffleSeed = 1 });
        set.WaitSoon(19);
        Assert.Equal((20, true), (set.Count, set.IsShuffled));
        int[] order = [.. Enumerable.Range(0, 20).Select(row => set.Pixels(row)[0] / 10)];
        Assert.Equal(Enumerable.Range(0, 20), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 20), order);
        for (int row = 0; row < 20; row++)
        {
            Assert.Equal(order[row] / 10, set.ClassOf(row));
            Assert.Equal([.. Enumerable.Repeat((byte)(10 * order[row]), 16), .. Enumerable.Repeat((byte)7, 16), .. Enumerable.Repeat((byte)9, 16)], set.Pixels(row).ToArray());
        }
    }

    [Theory]
    [InlineData(3, "4 were counted, 3 were read")]
    [InlineData(5, "4 were counted, more were read")]
    public void Rows_that_changed_since_they_were_counted_are_refused(int then, string expected)
    {
        int passes = 0;
        IDataView rows = new IndexedRows(
            8,
            IndexedColumn.Image("Image", new ImageDataViewType(2, 2), _ => MLImage.CreateFromPixels(2, 2, MLPixelFormat.Bgra32, new byte[16])),
            IndexedColumn.Single("Class", row =>
            {
                passes += row == 0 ? 1 : 0;
                return row < (passes == 1 ? 4 : then) ? 0 : 9;
            }));
        using PictureSet set = PictureRows.Read(ml, ml.Data.FilterRowsByColumn(rows, "Class", upperBound: 1), 2, 2);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => set.Hash).Message);
    }

    [Fact]
    public async Task Cancellation_ends_a_wait_even_while_a_row_does_not_come()
    {
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        using PictureSet set = Read(new() { CancellationToken = cancel.Token }, _ => gate.Wait(PictureRows.Soon));
        Task waiting = Task.Run(() => set.WaitSoon(0));
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(PictureRows.Soon));
        gate.Set();
    }

    [Fact]
    public async Task Waiter_may_give_up_alone()
    {
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        using PictureSet set = Read(read: _ => gate.Wait(PictureRows.Soon));
        Task waiting = Task.Run(() => set.WaitFor(0, cancel.Token));
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(PictureRows.Soon));
        gate.Set();
        set.WaitSoon(Count - 1);
    }

    // As on a dead network share: the reader is in the middle of a row, and comes back when it likes.
    [Theory]
    [InlineData(PictureSetOptions.DefaultMemoryBudget)]
    [InlineData(0)]
    public async Task Disposal_waits_for_no_row_ends_the_reading_and_refuses_reads(long budget)
    {
        int read = 0;
        using var gate = new ManualResetEventSlim();
        PictureSet set = Read(new() { MemoryBudgetBytes = budget }, row =>
        {
            Volatile.Write(ref read, row + 1);
            if (row == 5)
                gate.Wait(PictureRows.Soon);
        });
        // In the row, and not between two: there it would end at once.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref read) == 6, PictureRows.Soon));
        await Task.Run(set.Dispose).WaitAsync(PictureRows.Soon);
        Assert.False(set.IsFreed);
        Assert.Throws<ObjectDisposedException>(() => set.Pixels(0).Length);
        Assert.Throws<ObjectDisposedException>(() => set.WaitSoon(Count - 1));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => set.IsFreed, PictureRows.Soon));
        Assert.InRange(Volatile.Read(ref read), 1, Count - 1);
    }

    [Fact]
    public void Disposal_after_the_last_row_frees_at_once()
    {
        PictureSet set = Read();
        set.WaitSoon(Count - 1);
        set.Dispose();
        Assert.True(set.IsFreed);
    }

    [Fact]
    public void Cache_lies_in_the_folder_named_and_leaves_nothing_there()
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("mlnetgen-test-").FullName, "cache");
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        using (PictureSet set = Read(new() { MemoryBudgetBytes = Count * 3 * Height * Width - 1, CacheFolder = folder }))
        {
            set.WaitSoon(Count - 1);
            // Its name is gone already: a process that is killed leaves nothing, either.
            if (!OperatingSystem.IsWindows())
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
            Assert.Equal(Expected(Count - 1), set.Pixels(Count - 1).ToArray());
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Assert.Contains(log, message => message.Contains(folder) && message.Contains("20 pictures"));
        Directory.Delete(folder);
        using (PictureSet set = Read(new() { MemoryBudgetBytes = Count * 3 * Height * Width, CacheFolder = folder }))
            set.WaitSoon(Count - 1);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Cache_that_cannot_be_made_names_folder_size_and_remedy()
    {
        string file = Path.GetTempFileName();
        var e = Assert.Throws<IOException>(() => Read(new() { MemoryBudgetBytes = 0, CacheFolder = file }));
        Assert.Contains(file, e.Message);
        Assert.Contains("raise the memory budget", e.Message);
        File.Delete(file);
    }

    [Fact]
    public void No_rows_are_refused() => Assert.Contains(
        "no rows to read column 'Image'",
        Assert.Throws<ArgumentException>(() => PictureRows.Read(ml, ml.Data.SkipRows(Rows(), Count), Height, Width)).Message);
}
