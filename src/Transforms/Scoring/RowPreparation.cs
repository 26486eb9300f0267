using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// What stands before a network, where pictures are made on the way: any thread can do it, by ML.NET's own transformers, for rows of which only numbers and text were read. One
/// thread would otherwise decode, resize and extract all of them.
/// </summary>
internal sealed class RowPreparation
{
    // Filters of ML.NET's, whose rows keep their ids.
    private static readonly string[] Filters = ["SkipTakeFilter", "RangeFilter", "NAFilter"];

    private readonly IReadOnlyList<InputTensor> inputs;
    private readonly IReadOnlyList<(IRowToRowMapper Mapper, DataViewSchema.Column[] Made)> steps;
    private readonly IndexedRows? indexed;

    private RowPreparation(IDataView rows, IReadOnlyList<KeptColumn> reads, IndexedRows? indexed, IReadOnlyList<InputTensor> inputs,
        IReadOnlyList<(IRowToRowMapper, DataViewSchema.Column[])> steps) =>
        (Rows, Reads, this.indexed, this.inputs, this.steps) = (rows, reads, indexed, inputs, steps);

    /// <summary>The rows that are read.</summary>
    public IDataView Rows { get; }

    /// <summary>What is read of them; nothing where a row's id tells all.</summary>
    public IReadOnlyList<KeptColumn> Reads { get; }

    /// <summary>Null where no pictures are made, or it cannot be seen of what.</summary>
    /// <param name="view">The rows before the network.</param>
    /// <param name="inputs">What it reads of them.</param>
    public static RowPreparation? Of(IDataView view, IReadOnlyList<InputTensor> inputs)
    {
        List<(IRowToRowMapper, DataViewSchema.Column[])> steps = [];
        DataViewSchema.Column[] needed = [.. inputs.Select(input => input.Column).DistinctBy(column => column.Index)];
        bool makesPictures = false;
        while (true)
        {
            if (makesPictures)
            {
                KeptColumn?[] reads = [.. needed.Select(KeptColumn.Of)];
                if (!reads.Contains(null))
                    return new RowPreparation(view, [.. reads.OfType<KeptColumn>()], null, inputs, steps);
                if (Unfiltered(view) is { } indexed)
                    return new RowPreparation(view, [], indexed, inputs, steps);
            }
            if (view is not IRowToRowMapper mapper || SourceOf(view) is not { } below || !ReferenceEquals(mapper.InputSchema, below.Schema))
                return null;
            steps.Insert(0, (mapper, needed));
            needed = [.. mapper.GetDependencies(needed).DistinctBy(column => column.Index)];
            makesPictures |= needed.Any(column => column.Type is ImageDataViewType);
            view = below;
        }
    }

    /// <summary>Does the work on one thread.</summary>
    public PreparedRows Open() => new(this);

    // Rows by their number, below what leaves some of them out.
    private static IndexedRows? Unfiltered(IDataView view)
    {
        while (view is not IndexedRows)
        {
            if ((view is not IRowFilter && !Filters.Contains(view.GetType().Name)) || SourceOf(view) is not { } below || !ReferenceEquals(below.Schema, view.Schema))
                return null;
            view = below;
        }
        return (IndexedRows)view;
    }

    // ML.NET's views have it, though their classes are not public; where a version has it otherwise, rows are read as they are.
    private static IDataView? SourceOf(IDataView view) =>
        (view as IRowFilter)?.Source ?? HiddenMembers.Find(view, "Source") as IDataView;

    /// <summary>One thread's transformers.</summary>
    internal sealed class PreparedRows : IDisposable
    {
        private readonly RowPreparation preparation;
        private readonly List<DataViewRow> rows = [];
        private readonly Action<Array, int>[] readers;
        private RowBatch? batch;
        private int row;
        private long position = -1;

        public PreparedRows(RowPreparation preparation)
        {
            this.preparation = preparation;
            rows.Add(preparation.indexed is { } indexed ? indexed.Row(() => (int)batch!.Ids[row].Low, () => position) : new BatchRow(this));
            foreach ((IRowToRowMapper mapper, DataViewSchema.Column[] made) in preparation.steps) rows.Add(mapper.GetRow(rows[^1], made));
            readers = [.. preparation.inputs.Select(input => input.Reader(rows[^1]))];
        }

        /// <summary>Makes what the network reads. Where a row fails, those before it are the batch's, and what was wrong with it is its failure.</summary>
        public void Fill(RowBatch batch, CancellationToken cancellation)
        {
            this.batch = batch;
            try
            {
                for (row = 0; row < batch.Count; row++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    position++;
                    for (int i = 0; i < readers.Length; i++) readers[i](batch.Inputs[i], row);
                }
            }
            catch (Exception e)
            {
                (batch.Count, batch.Failure) = (row, e);
            }
        }

        // Made last, they may hold what those before them made.
        public void Dispose()
        {
            for (int i = rows.Count - 1; i >= 0; i--) rows[i].Dispose();
        }

        /// <summary>The row of the batch where its thread stands.</summary>
        private sealed class BatchRow(PreparedRows owner) : DataViewRow
        {
            public override DataViewSchema Schema => owner.preparation.Rows.Schema;

            public override long Position => owner.position;

            public override long Batch => 0;

            public override bool IsColumnActive(DataViewSchema.Column column) => Place(column) >= 0;

            public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = owner.batch!.Ids[owner.row];

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            {
                int place = Place(column);
                return (ValueGetter<TValue>)owner.preparation.Reads[place].Getter(() => (owner.batch!.Reads[place], owner.row));
            }

            private int Place(DataViewSchema.Column column) => owner.preparation.Reads.Select(read => read.Column.Index).ToList().IndexOf(column.Index);
        }
    }
}

/// <summary>Rows of a view, some of them left out; those that are there keep their ids.</summary>
internal interface IRowFilter
{
    IDataView Source { get; }
}
