using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A random split in which every class has its share.</summary>
public static class StratifiedSplit
{
    /// <summary>
    /// Holds out a share of the rows of every class, by chance and the same for the same seed: the share of all rows, rounded, and at least one row; of a class
    /// its own share, rounded up or down, and never all of it. ML.NET's <c>TrainTestSplit</c> draws for every row alone, and may leave a part empty.
    /// </summary>
    /// <param name="catalog">ML.NET's data operations.</param>
    /// <param name="rows">They are read once, of the label column alone; both parts give them in their order.</param>
    /// <param name="fraction">The share held out; more than 0 and less than 1.</param>
    /// <param name="labelColumnName">Keys, text, numbers, truth values or one-hot vectors; null takes all rows for one class. Rows without a label count as a class.</param>
    /// <param name="seed">Decides which rows.</param>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels, the fraction is out of its range, or no row can be held out.</exception>
    public static (IDataView Train, IDataView Test) StratifiedTrainTestSplit(
        this DataOperationsCatalog catalog, IDataView rows, double fraction, string? labelColumnName = "Label", int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(rows);
        int[] classes = labelColumnName is null
            ? new int[RowSubset.Count(rows)]
            : ClassLabels.Read(rows, labelColumnName, CancellationToken.None, allowMissing: true).Rows;
        bool[] heldOut = HeldOutRows.Draw(classes, fraction, seed, nameof(fraction));
        return (new RowSubset(rows, heldOut, isKept: false), new RowSubset(rows, heldOut, isKept: true));
    }
}

/// <summary>Which rows are held out.</summary>
internal static class HeldOutRows
{
    /// <summary>The rows to learn from, and those held out: see <see cref="Draw"/>.</summary>
    public static (IDataView Rows, IDataView HeldOut) Split(IDataView rows, IReadOnlyList<int> classes, double fraction, int seed, string option)
    {
        bool[] heldOut = Draw(classes, fraction, seed, option);
        return (new RowSubset(rows, heldOut, isKept: false), new RowSubset(rows, heldOut, isKept: true));
    }

    /// <summary>True for every row that is held out: see <see cref="StratifiedSplit.StratifiedTrainTestSplit"/>.</summary>
    /// <param name="classes">Every row's class.</param>
    /// <param name="fraction">The share.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="option">What the user knows the share by.</param>
    /// <exception cref="ArgumentException">The share is out of its range, or no class has two rows.</exception>
    public static bool[] Draw(IReadOnlyList<int> classes, double fraction, int seed, string option)
    {
        if (!(fraction is > 0 and < 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option} is {fraction}; it must be more than 0 and less than 1."));
        Random random = new(seed);
        int[][] groups = [.. Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        if (!groups.Any(group => group.Length > 1))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{option} is {fraction}, and no row can be held out of {classes.Count} in {groups.Length} classes: a class keeps one row to be learnt from. Add rows, or hold none out."));
        }
        foreach (int[] group in groups) random.Shuffle(group);
        int[] counts = [.. groups.Select(group => Math.Min((int)(fraction * group.Length), group.Length - 1))];
        int missing = Math.Max(1, (int)Math.Round(fraction * classes.Count, MidpointRounding.AwayFromZero)) - counts.Sum();
        // What rounding down left goes where most was cut off, by lot where that is the same.
        int[] order = [.. Enumerable.Range(0, groups.Length)];
        random.Shuffle(order);
        foreach (int next in order.OrderByDescending(i => fraction * groups[i].Length - counts[i]).Where(i => counts[i] < groups[i].Length - 1).Take(Math.Max(0, missing)).ToArray())
            counts[next]++;
        bool[] heldOut = new bool[classes.Count];
        foreach ((int[] group, int count) in groups.Zip(counts))
        {
            foreach (int row in group.Take(count)) heldOut[row] = true;
        }
        return heldOut;
    }
}

/// <summary>Some rows of a view, in its order; a row that is left out is not decoded.</summary>
/// <param name="rows">All rows.</param>
/// <param name="marked">A mark for each.</param>
/// <param name="isKept">Whether the marked ones are these rows, or the others.</param>
internal sealed class RowSubset(IDataView rows, bool[] marked, bool isKept) : IDataView, IRowFilter
{
    public DataViewSchema Schema => rows.Schema;

    IDataView IRowFilter.Source => rows;

    // A row is known by its place.
    public bool CanShuffle => false;

    public static int Count(IDataView rows)
    {
        if (rows.GetRowCount() is { } known)
            return checked((int)known);
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        int count = 0;
        while (cursor.MoveNext()) count++;
        return count;
    }

    /// <summary>So many of all rows, evenly spread: the first ones of a folder are all of one class. All where there are no more.</summary>
    public static IDataView Spread(IDataView rows, int most)
    {
        int count = Count(rows);
        if (count <= most)
            return rows;
        bool[] taken = new bool[count];
        for (long i = 0; i < most; i++) taken[i * count / most] = true;
        return new RowSubset(rows, taken, isKept: true);
    }

    public long? GetRowCount() => marked.Count(mark => mark == isKept);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, rows.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    private bool Has(long row) => row < marked.Length
        ? marked[row] == isKept
        : throw new InvalidDataException($"there were {marked.Length} rows when some of them were held out, and there are more now: keep them as they are while training.");

    private sealed class Cursor(RowSubset subset, DataViewRowCursor all) : DataViewRowCursor
    {
        private long row = -1, position = -1;

        public override DataViewSchema Schema => all.Schema;

        public override long Position => position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            while (all.MoveNext())
            {
                if (!subset.Has(++row))
                    continue;
                position++;
                return true;
            }
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => all.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => all.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => all.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                all.Dispose();
            base.Dispose(disposing);
        }
    }
}
