using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>Columns of views, read through plain cursors, as values that can be compared.</summary>
internal static class Compared
{
    /// <summary>Holds each visible column of one view against the same of another: numbers to 1e-6 of a row's largest, all else exactly.</summary>
    public static void Same(IDataView expected, IDataView actual, params string[] columns)
    {
        Assert.Equal(expected.Schema.Select(column => $"{column.Name} {column.Type} {column.IsHidden}"), actual.Schema.Select(column => $"{column.Name} {column.Type} {column.IsHidden}"));
        string[] names = columns.Length > 0 ? columns : [.. expected.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];
        List<object[]> theirs = All(expected, names), ours = All(actual, names);
        Assert.Equal(theirs.Count, ours.Count);
        for (int row = 0; row < theirs.Count; row++)
        {
            for (int column = 0; column < names.Length; column++) Same(theirs[row][column], ours[row][column], $"row {row} of '{names[column]}'");
        }
    }

    /// <summary>All rows of some columns, from one cursor.</summary>
    public static List<object[]> All(IDataView view, params string[] columns) => All(view.GetRowCursor([.. columns.Select(name => view.Schema[name])]), columns);

    public static List<object[]> All(DataViewRowCursor cursor, params string[] columns)
    {
        using (cursor)
        {
            Func<object>[] read = [.. columns.Select(name => Reader(cursor, cursor.Schema[name]))];
            List<object[]> rows = [];
            while (cursor.MoveNext()) rows.Add([.. read.Select(value => value())]);
            return rows;
        }
    }

    /// <summary>What reads a column of any type.</summary>
    public static Func<object> Reader(DataViewRow row, DataViewSchema.Column column) => (column.Type.RawType, column.Type) switch
    {
        (Type type, _) when type == typeof(ReadOnlyMemory<char>) => Text(row.GetGetter<ReadOnlyMemory<char>>(column)),
        (Type type, _) when type == typeof(VBuffer<ReadOnlyMemory<char>>) => Texts(row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column)),
        (_, VectorDataViewType vector) => (Func<object>)typeof(Compared).GetMethod(nameof(Vector))!.MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [row, column])!,
        _ => (Func<object>)typeof(Compared).GetMethod(nameof(Scalar))!.MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!,
    };

    public static Func<object> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            return value.DenseValues().ToArray();
        };
    }

    public static Func<object> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            get(ref value);
            return value!;
        };
    }

    private static Func<object> Text(ValueGetter<ReadOnlyMemory<char>> get) => () =>
    {
        ReadOnlyMemory<char> value = default;
        get(ref value);
        return value.ToString();
    };

    private static Func<object> Texts(ValueGetter<VBuffer<ReadOnlyMemory<char>>> get) => () =>
    {
        VBuffer<ReadOnlyMemory<char>> value = default;
        get(ref value);
        return value.DenseValues().Select(text => text.ToString()).ToArray();
    };

    private static void Same(object expected, object actual, string where)
    {
        if (expected is float[] theirs && actual is float[] ours)
        {
            double tolerance = 1e-6 * theirs.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            Assert.True(theirs.Length == ours.Length && theirs.Zip(ours).All(pair => pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= tolerance),
                $"{where}: [{string.Join(", ", theirs.Take(8))}] and [{string.Join(", ", ours.Take(8))}]");
        }
        else if (expected is IEnumerable<IDictionary<string, float>> maps)
        {
            Assert.Equal(maps.Select(map => map.ToList()), ((IEnumerable<IDictionary<string, float>>)actual).Select(map => map.ToList()));
        }
        else
        {
            Assert.True(expected.Equals(actual) || (expected is Array array && array.Cast<object>().SequenceEqual(((Array)actual).Cast<object>())), $"{where}: {expected} and {actual}");
        }
    }
}
