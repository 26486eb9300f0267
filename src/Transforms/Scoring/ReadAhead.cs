using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen;

/// <summary>
/// The batches of a cursor, in order: one thread fills them with rows, some make what the network reads of these and run it, and the reader takes them. As many are in memory as
/// there are threads, and two: the reader's and the one that is being filled.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    private readonly BatchSession session;
    private readonly BatchPlan plan;
    private readonly DataViewRowCursor rows;
    private readonly DataViewRowCursor? kept;
    private readonly int batchSize;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenSource ending;
    private readonly BlockingCollection<RowBatch> free = [], full = [], inOrder = [];
    private readonly RunOptions run = new();
    private readonly CancellationTokenRegistration terminating;
    private readonly List<Thread> threads = [];
    private readonly List<RowBatch> made = [];
    private readonly int most;

    /// <param name="session">What runs the batches.</param>
    /// <param name="plan">What is read and made.</param>
    /// <param name="rows">The rows, which this object disposes of.</param>
    /// <param name="kept">The same rows for the columns that are kept, where these are others than what is prepared; null: <paramref name="rows"/> has them.</param>
    /// <param name="count">How many these are; null where that is not known.</param>
    /// <param name="cancellation">Ends it.</param>
    public ReadAhead(BatchSession session, BatchPlan plan, DataViewRowCursor rows, DataViewRowCursor? kept, long? count, CancellationToken cancellation)
    {
        (this.session, this.plan, this.rows, this.kept, this.cancellation) = (session, plan, rows, kept, cancellation);
        // A short view gives every thread something to do.
        batchSize = (int)Math.Clamp(((count ?? long.MaxValue) - 1) / session.Threads + 1, 1, session.BatchSize);
        most = session.Threads + 2;
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        terminating = ending.Token.Register(() => run.Terminate = true);
    }

    /// <summary>Its threads; none before the first batch is asked for.</summary>
    public IReadOnlyList<Thread> Threads => threads;

    /// <summary>The next batch; null after the last.</summary>
    /// <param name="before">The one before it, which is filled again; null at first.</param>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public RowBatch? Next(RowBatch? before)
    {
        if (threads.Count == 0)
            Start();
        if (before is not null)
            free.Add(before, CancellationToken.None);
        if (!inOrder.TryTake(out RowBatch? batch, Timeout.Infinite, cancellation))
            return null;
        batch.IsDone.Wait(cancellation);
        return batch;
    }

    /// <summary>Ends the threads as soon as they notice, without waiting for them.</summary>
    public void End() => ending.Cancel();

    public void Dispose()
    {
        End();
        foreach (Thread thread in threads) thread.Join();
        if (threads.Count == 0)
        {
            rows.Dispose();
            kept?.Dispose();
        }
        foreach (RowBatch batch in made) batch.Dispose();
        foreach (BlockingCollection<RowBatch> queue in (BlockingCollection<RowBatch>[])[free, full, inOrder]) queue.Dispose();
        terminating.Dispose();
        ending.Dispose();
        run.Dispose();
    }

    // Threads of their own: one of the pool's that waits for another is how pools come to a halt.
    private void Start()
    {
        threads.Add(new Thread(Fill));
        for (int i = 0; i < session.Threads; i++) threads.Add(new Thread(Run));
        foreach (Thread thread in threads)
        {
            thread.IsBackground = true;
            thread.Name = "MLNetGen batches";
            thread.Start();
        }
    }

    private void Fill()
    {
        try
        {
            using DataViewRowCursor source = rows;
            using DataViewRowCursor? beside = kept;
            Action<RowBatch>[] readers =
            [
                .. plan.Preparation is { } preparation
                    ? preparation.Reads.Select((column, i) => Reader(column.Reader(source), batch => batch.Reads[i]))
                        : plan.Inputs.Select((input, i) => Reader(input.Reader(source), batch => batch.Inputs[i])),
                .. plan.Kept.Select((column, i) => Reader(column.Reader(beside ?? source), batch => batch.Kept[i])),
            ];
            ValueGetter<DataViewRowId> id = source.GetIdGetter();
            bool more = true;
            while (more)
            {
                RowBatch batch = Free();
                more = Fill(batch, source, beside, readers, id);
                if (batch.Count == 0 && batch.Failure is null)
                    break;
                inOrder.Add(batch);
                if (batch.Count > 0)
                    full.Add(batch);
                else
                    batch.IsDone.Set();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
        finally
        {
            inOrder.CompleteAdding();
            full.CompleteAdding();
        }
    }

    private static Action<RowBatch> Reader(Action<Array, int> read, Func<RowBatch, Array> buffer) => batch => read(buffer(batch), batch.Count);

    private RowBatch Free()
    {
        if (!free.TryTake(out RowBatch? batch) && made.Count < most)
            made.Add(batch = new RowBatch(plan, batchSize));
        batch ??= free.Take(ending.Token);
        batch.IsDone.Reset();
        (batch.Count, batch.Failure) = (0, null);
        return batch;
    }

    // Whether there are rows after these.
    private bool Fill(RowBatch batch, DataViewRowCursor source, DataViewRowCursor? beside, Action<RowBatch>[] readers, ValueGetter<DataViewRowId> id)
    {
        try
        {
            while (batch.Count < batch.Capacity)
            {
                ending.Token.ThrowIfCancellationRequested();
                if (!source.MoveNext())
                    return false;
                if (beside?.MoveNext() == false)
                    throw new InvalidOperationException("the rows were read twice, for columns beside the pictures, and ended sooner the second time: keep them as they are.");
                foreach (Action<RowBatch> read in readers) read(batch);
                id(ref batch.Ids[batch.Count]);
                batch.Count++;
            }
            return true;
        }
        catch (Exception e)
        {
            // The reader hears of it when it comes to that row, and of the rows before it first.
            batch.Failure = e;
            return false;
        }
    }

    private void Run()
    {
        RowPreparation.PreparedRows? prepared = null;
        try
        {
            foreach (RowBatch batch in full.GetConsumingEnumerable())
            {
                try
                {
                    if (!ending.IsCancellationRequested)
                    {
                        (prepared ??= plan.Preparation?.Open())?.Fill(batch, ending.Token);
                        if (batch.Count > 0)
                            session.Run(plan, batch, run);
                    }
                }
                catch (Exception e)
                {
                    (batch.Count, batch.Failure) = (0, e);
                }
                batch.IsDone.Set();
            }
        }
        finally
        {
            prepared?.Dispose();
        }
    }
}
