using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>The first rows of a view, by row and by column.</summary>
public sealed class DataDebuggerPreview
{
    internal const int DefaultMaxRows = 100;

    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Runtime.Contracts.CheckValue(data, nameof(data));
        Runtime.Contracts.CheckParam(maxRows >= 0, nameof(maxRows), "Must not be negative");
        Schema = data.Schema;
        using DataViewRowCursor cursor = data.GetRowCursor(Schema);
        Func<object>[] readers = Schema
            .Select(column => Generic.Invoke<Func<object>>(Generic.Method(typeof(DataDebuggerPreview), nameof(Reader)), null, [column.Type.RawType], cursor, column))
            .ToArray();
        var rows = new List<object[]>();
        while (rows.Count < maxRows && cursor.MoveNext())
            rows.Add(Array.ConvertAll(readers, read => read()));
        RowView = rows.Select(row => new RowInfo(Schema.Zip(row, (column, value) => KeyValuePair.Create(column.Name, value)).ToArray())).ToImmutableArray();
        ColumnView = Schema.Select(column => new ColumnInfo(column, rows.Select(row => row[column.Index]).ToArray())).ToImmutableArray();
    }

    public DataViewSchema Schema { get; }

    public ImmutableArray<ColumnInfo> ColumnView { get; }

    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    // A fresh value each time: what is shown outlives the row.
    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values)
        {
            Values = values;
        }

        public KeyValuePair<string, object>[] Values { get; }

        public override string ToString() => $"{Values.Length} columns";
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }

        public object[] Values { get; }

        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }
}
