using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Rows in random order, drawn from a pool that the source refills; each row exactly once.</summary>
internal sealed class ShuffledDataView : IDataView
{
    private readonly IDataView source;
    private readonly int poolSize;
    private readonly bool shuffleSource;
    private readonly int seed;

    public ShuffledDataView(IHostEnvironment env, IDataView input, int? seed, int poolSize, bool shuffleSource)
    {
        source = KeepableColumns.Of(input);
        this.poolSize = poolSize;
        this.shuffleSource = shuffleSource;
        this.seed = seed ?? env.Register("Shuffle").Rand.Next();
    }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        // The same order for each cursor, unless its reader brings randomness.
        Random random = rand ?? new Random(seed);
        DataViewRowCursor input = source.GetRowCursor(columnsNeeded, shuffleSource ? new Random(random.Next()) : null);
        return poolSize == 1 ? input : new Cursor(input, poolSize, random);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : StoredCursor
    {
        private readonly DataViewRowCursor input;
        private readonly int poolSize;
        private readonly Random random;
        private readonly Action<int>[] fillers;
        private readonly List<int> pool = new();
        private int served = -1;
        private bool finished;

        public Cursor(DataViewRowCursor input, int poolSize, Random random)
            : this(input, poolSize, random,
                input.Schema.Select(column => input.IsColumnActive(column) ? ColumnStore.Create(column.Type) : null).ToArray(),
                new ColumnStore<DataViewRowId>())
        {
        }

        private Cursor(DataViewRowCursor input, int poolSize, Random random, ColumnStore[] stores, ColumnStore ids)
            : base(input.Schema, stores, ids)
        {
            this.input = input;
            this.poolSize = poolSize;
            this.random = random;
            fillers = input.Schema
                .Where(column => stores[column.Index] != null)
                .Select(column => stores[column.Index].Filler(Getters.Of(input, column)))
                .Append(ids.Filler(input.GetIdGetter()))
                .ToArray();
        }

        // The row served last gives its slot to the next one read.
        protected override int NextSlot()
        {
            if (served >= 0)
                Refill(served);
            while (!finished && pool.Count < poolSize)
                Refill(pool.Count);
            if (pool.Count == 0)
                return -1;
            int drawn = random.Next(pool.Count);
            served = pool[drawn];
            pool[drawn] = pool[^1];
            pool.RemoveAt(pool.Count - 1);
            return served;
        }

        protected override void DisposeCore() => input.Dispose();

        private void Refill(int slot)
        {
            if (finished || !input.MoveNext())
            {
                finished = true;
                return;
            }
            foreach (Action<int> fill in fillers)
                fill(slot);
            pool.Add(slot);
        }
    }
}
