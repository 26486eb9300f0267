using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace MLNetGen;

/// <summary>
/// All rows' pictures as bytes, planes [C, H, W], and their classes: what training learns from, in every epoch. A
/// <see cref="PictureReader"/> fills it on a thread of its own, so that training can begin with the first rows.
/// </summary>
/// <remarks>Rows are numbered in the order in which they were read: the same seed gives the same set in the same order.</remarks>
internal sealed class PictureSet : IDisposable
{
    // A file on a dead network share may never answer; a row takes milliseconds otherwise.
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(1);

    private readonly object changed = new();
    private readonly CancellationTokenSource stop;
    private readonly CancellationTokenRegistration cancelled;
    private readonly PixelStore pixels;
    private readonly int[] classes;
    private readonly Thread thread;
    private long readSoFar;
    private ExceptionDispatchInfo? failure;
    private string? hash;
    private bool disposed, isEnded, isAbandoned;

    private PictureSet(PictureReader reader, PictureInput column, long count, PictureSetOptions options)
    {
        (Count, Channels, Height, Width) = (count, column.Channels, column.Height, column.Width);
        IsShuffled = reader.IsShuffled;
        classes = new int[count];
        pixels = PixelStore.Create(count, RowLength, options.MemoryBudgetBytes, options.CacheFolder);
        stop = new CancellationTokenSource();
        // At once, and not only before the reader's next row: who waits is told even while a row's file does not answer.
        cancelled = options.CancellationToken.UnsafeRegister(_ =>
        {
            Fail(new OperationCanceledException(options.CancellationToken));
            stop.Cancel();
        }, null);
        thread = new Thread(() => Run(reader)) { IsBackground = true, Name = "MLNetGen pictures" };
        thread.Start();
    }

    public long Count { get; }

    /// <summary>Rows that there are, of which <see cref="PictureSetOptions.MaximumRows"/> may leave some unread.</summary>
    public long RowsThere { get; private init; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>True where the rows came in random order, so that a part of them, in their own order, is a fair sample.</summary>
    public bool IsShuffled { get; }

    public bool IsComplete => Volatile.Read(ref hash) is not null;

    /// <summary>Rows that can be had without waiting: 0 … this − 1.</summary>
    public long ReadSoFar => Volatile.Read(ref readSoFar);

    /// <summary>SHA-256 of all pixels and classes in this order: what a checkpoint knows its rows by. Waits for all.</summary>
    public string Hash
    {
        get
        {
            Wait(() => hash is not null, default);
            return hash!;
        }
    }

    /// <summary>Whether memory and file are given back.</summary>
    internal bool IsFreed { get; private set; }

    internal int RowLength => checked(Channels * Height * Width);

    /// <summary>Begins to read <paramref name="rows"/> through the transforms of <paramref name="column"/>.</summary>
    /// <param name="context">Whose log tells of a cache on disk.</param>
    /// <param name="rows">Read once; counted first, where they do not know their number.</param>
    /// <param name="column">The pictures.</param>
    /// <param name="classOf">From a cursor over the columns to the present row's class; finds its columns in the cursor's schema, by name.</param>
    /// <param name="classColumns">The columns of <paramref name="rows"/> which that needs.</param>
    /// <param name="options">Memory, order, cancellation.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="IOException">There is no room for the cache.</exception>
    public static PictureSet Read(
        MLContext context,
        IDataView rows,
        PictureInput column,
        Func<DataViewRowCursor, Func<int>> classOf,
        IReadOnlyList<DataViewSchema.Column> classColumns,
        PictureSetOptions options)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        long count = rows.GetRowCount() ?? CountRows(rows, options.CancellationToken);
        if (count == 0)
            throw new ArgumentException($"there are no rows to read column '{column.Name}' from: give at least one.");
        long there = count;
        bool isPart = options.MaximumRows < count;
        if (isPart)
            count = options.MaximumRows!.Value;
        var reader = new PictureReader(rows, column, classOf, classColumns, options.ShuffleSeed, isPart);
        var set = new PictureSet(reader, column, count, options) { RowsThere = there };
        if (set.pixels is MappedPixels)
        {
            HostLog.Info(context, "Pictures", $"{count} pictures take {count * set.RowLength / 1e9:F1} GB as bytes, above the memory budget of "
                + $"{options.MemoryBudgetBytes / 1e9:F1} GB: they lie in a temporary file in '{options.CacheFolder ?? Path.GetTempPath()}'.");
        }
        return set;
    }

    /// <summary>Blocks until the row is there; throws what ended the reading before it came.</summary>
    public void WaitFor(long row, CancellationToken cancel = default)
    {
        if (Volatile.Read(ref readSoFar) <= row)
            Wait(() => readSoFar > row, cancel);
    }

    /// <summary>A row's planes. The row must have been waited for.</summary>
    public ReadOnlySpan<byte> Pixels(long row) => Pixels(row, pixels is MappedPixels ? new byte[RowLength] : []);

    /// <summary>A row's planes, in <paramref name="scratch"/> (of at least their length) where they lie on disk.</summary>
    internal ReadOnlySpan<byte> Pixels(long row, byte[] scratch)
    {
        CheckRead(row);
        return pixels.Read(row, scratch);
    }

    /// <summary>A row's class. The row must have been waited for.</summary>
    public int ClassOf(long row)
    {
        CheckRead(row);
        return classes[row];
    }

    /// <summary>
    /// Ends the reading, and frees memory and file: at once, or, where a row's file does not answer, when it does. Whoever
    /// still waits for a row gets an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        cancelled.Dispose();
        Fail(new ObjectDisposedException(nameof(PictureSet)));
        stop.Cancel();
        thread.Join(ReaderPatience);
        lock (changed)
        {
            // The reader writes into the pixels yet: it frees them when it comes back.
            isAbandoned = !isEnded;
        }
        if (!isAbandoned)
            Free();
    }

    private void Free()
    {
        pixels.Dispose();
        stop.Dispose();
        IsFreed = true;
    }

    private static long CountRows(IDataView rows, CancellationToken cancel)
    {
        long count = 0;
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        for (; cursor.MoveNext(); count++)
            cancel.ThrowIfCancellationRequested();
        return count;
    }

    private void Run(PictureReader reader)
    {
        try
        {
            string digest = reader.ReadAll(Count, Add, stop.Token);
            lock (changed)
            {
                hash = digest;
                Monitor.PulseAll(changed);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, whoever waits must learn of it: nobody else sees this thread's exceptions.
            Fail(e);
        }
        finally
        {
            lock (changed)
                isEnded = true;
            if (isAbandoned)
                Free();
        }
    }

    private void Add(long row, ReadOnlySpan<byte> picture, int itsClass)
    {
        pixels.Write(row, picture);
        classes[row] = itsClass;
        lock (changed)
        {
            readSoFar = row + 1;
            Monitor.PulseAll(changed);
        }
    }

    private void Fail(Exception e)
    {
        lock (changed)
        {
            failure ??= ExceptionDispatchInfo.Capture(e);
            Monitor.PulseAll(changed);
        }
    }

    private void Wait(Func<bool> there, CancellationToken cancel)
    {
        using CancellationTokenRegistration wake = cancel.UnsafeRegister(_ =>
        {
            lock (changed)
                Monitor.PulseAll(changed);
        }, null);
        lock (changed)
        {
            while (!there())
            {
                failure?.Throw();
                cancel.ThrowIfCancellationRequested();
                Monitor.Wait(changed);
            }
        }
    }

    private void CheckRead(long row)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (row < 0 || row >= Volatile.Read(ref readSoFar))
            throw new ArgumentOutOfRangeException(nameof(row), row, $"row {row} of {Count} is not read yet: wait for it first.");
    }
}

/// <summary>Where the bytes of a <see cref="PictureSet"/> lie, and in what order they are read.</summary>
internal sealed record PictureSetOptions
{
    /// <summary>1 GiB: about 5,400 pictures of 256×256 in colour.</summary>
    public const long DefaultMemoryBudget = 1L << 30;

    /// <summary>A set of more bytes than this lies in a memory-mapped temporary file; 0 puts every set there.</summary>
    public long MemoryBudgetBytes { get; init; } = DefaultMemoryBudget;

    /// <summary>The folder of that file, made if it is not there; null takes the system's temporary folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Reads the rows shuffled by this seed, where they can be; null reads them in their own order.</summary>
    public int? ShuffleSeed { get; init; }

    /// <summary>Rows beyond so many are not read; null reads all.</summary>
    public long? MaximumRows { get; init; }

    /// <summary>Ends the reading, and every wait for a row, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}
