using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A cursor over rows that are run in batches.</summary>
internal sealed class BatchedCursor : DataViewRowCursor
{
    private readonly int?[] places;
    private readonly BatchPlan plan;
    private readonly ReadAhead ahead;
    private readonly DataViewRowCursor? beside;
    private readonly CancellationToken cancellation;
    private RowBatch? batch;
    private int row = -1;
    private long position = -1;
    private bool isOver, isDisposed;

    /// <param name="schema">The columns.</param>
    /// <param name="places">By column, where it is in the source; null: the network's.</param>
    /// <param name="plan">What is read and made.</param>
    /// <param name="ahead">The batches.</param>
    /// <param name="beside">The same rows again, for the columns that batches do not keep; null where there are none.</param>
    /// <param name="cancellation">Ends reading.</param>
    public BatchedCursor(DataViewSchema schema, int?[] places, BatchPlan plan, ReadAhead ahead, DataViewRowCursor? beside, CancellationToken cancellation)
    {
        (Schema, this.places, this.plan, this.ahead, this.beside, this.cancellation) = (schema, places, plan, ahead, beside, cancellation);
    }

    // Threads that nobody reads from any more end.
    ~BatchedCursor() => Dispose(false);

    public override DataViewSchema Schema { get; }

    /// <summary>Its threads; none before the first row is read.</summary>
    internal IReadOnlyList<Thread> Threads => ahead.Threads;

    public override long Position => isOver ? -1 : position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (isOver)
            return false;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            if (row + 1 >= (batch?.Count ?? 0))
            {
                if (batch?.Failure is { } failure)
                    throw Named(failure);
                batch = ahead.Next(batch);
                row = -1;
                if (batch is { Count: 0, Failure: { } first })
                    throw Named(first);
            }
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            throw Named(e);
        }
        if (batch is null)
        {
            isOver = true;
            return false;
        }
        row++;
        position++;
        if (beside is not null && !beside.MoveNext())
            throw new InvalidOperationException($"the rows were read twice, for pictures beside what is run in batches, and ended at row {position} the second time: keep them as they are.");
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => places[column.Index] is not { } place
        ? plan.Outputs.Any(output => output.Column.Index == column.Index)
        : plan.Kept.Any(kept => kept.Column.Index == place) || (beside?.IsColumnActive(beside.Schema[place]) ?? false);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = Current.Ids[row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentException($"column '{column.Name}' was not asked for when this cursor was made.", nameof(column));
        Delegate getter;
        if (places[column.Index] is not { } place)
        {
            int index = plan.Outputs.Select(output => output.Column.Index).ToList().IndexOf(column.Index);
            getter = plan.Outputs[index].Getter(() => (Current.Outputs[index], row));
        }
        else if (plan.Kept.Select(kept => kept.Column.Index).ToList().IndexOf(place) is var index and >= 0)
        {
            getter = plan.Kept[index].Getter(() => (Current.Kept[index], row));
        }
        else
        {
            return beside!.GetGetter<TValue>(beside.Schema[place]);
        }
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"column '{column.Name}' holds {column.Type}: read it as {column.Type.RawType.Name}, not as {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isOver = isDisposed = true;
            ahead.Dispose();
            beside?.Dispose();
        }
        else if (!disposing)
        {
            ahead?.End();
        }
        base.Dispose(disposing);
    }

    private RowBatch Current => row >= 0 && !isOver && batch is not null ? batch
        : throw new InvalidOperationException("the cursor stands at no row: call MoveNext first, and read no more after it was false.");

    // The row that comes next.
    private Exception Named(Exception e)
    {
        long next = position + 1;
        return e is OperationCanceledException || cancellation.IsCancellationRequested
            ? new OperationCanceledException($"reading was cancelled at row {next}.", e, cancellation)
            : new InvalidOperationException($"row {next}: {e.Message}", e);
    }
}
