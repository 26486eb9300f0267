using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A number in [0, 1) a row that says to which side of a split the row goes.</summary>
internal static class SplitNumbers
{
    private const int DefaultSeed = 42;

    /// <summary>Rows are numbered by the order of the source, which is therefore never shuffled under a split.</summary>
    public static Func<DataViewRow, Func<double>> ByPosition(int? seed) => row =>
    {
        var random = new Random(seed ?? DefaultSeed);
        long drawn = -1;
        double number = 0;
        return () =>
        {
            for (; drawn < row.Position; drawn++)
                number = random.NextDouble();
            return number;
        };
    };

    /// <summary>Rows of one value have one number.</summary>
    public static Func<DataViewRow, Func<double>> ByColumn(IDataView data, DataViewSchema.Column column, int? seed)
    {
        if (column.Type is KeyDataViewType)
            return row => RowTests.Number(row, column);
        if (column.Type == NumberDataViewType.Single || column.Type == NumberDataViewType.Double)
        {
            (double low, double high) = Range(data, column);
            double width = high > low ? high - low : 1;
            return row =>
            {
                Func<double> number = RowTests.Number(row, column);
                return () => (number() - low) / width;
            };
        }
        Contracts.Check(column.Type is PrimitiveDataViewType, $"Column '{column.Name}' of type {column.Type} cannot be a sampling key");
        return row => Generic.Invoke<Func<double>>(Generic.Method(typeof(SplitNumbers), nameof(Hashed)), null, [column.Type.RawType], row, column, seed ?? DefaultSeed);
    }

    private static (double Low, double High) Range(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<double> number = RowTests.Number(cursor, column);
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        while (cursor.MoveNext())
        {
            // Comparisons are false for NaN: missing values have no part in the range.
            double value = number();
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        return (low, high);
    }

    private static Func<double> Hashed<T>(DataViewRow row, DataViewSchema.Column column, int seed)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return StableHash(value.ToString(), seed) / (1.0 + uint.MaxValue);
        };
    }

    // FNV-1a, finished as MurmurHash3 does so that near values part ways. Unlike string.GetHashCode, the same in every process.
    private static uint StableHash(string text, int seed)
    {
        uint hash = 2166136261 ^ (uint)seed;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
