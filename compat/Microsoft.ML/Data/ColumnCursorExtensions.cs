using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) =>
        data.GetColumn<T>(data.Schema[columnName]);

    /// <summary>The values of a column: raw, or strings for text, or arrays for vectors.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        DataViewSchema.Column found = data.Schema[column.Index];
        Contracts.CheckParam(found.Name == column.Name && found.Type == column.Type, nameof(column),
            $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in {nameof(data)}");
        if (column.Type.RawType == typeof(T))
            return Read<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (ReadOnlyMemory<char> text) => text.ToString());
        if (typeof(T).IsArray)
        {
            var vector = column.Type as VectorDataViewType
                ?? throw Contracts.ExceptParam(nameof(column), $"Cannot load vector type, {column.Type}, specified in {nameof(column)} to the user-defined type, {typeof(T)}.");
            Type item = typeof(T).GetElementType();
            if (item == vector.ItemType.RawType)
                return Generic.Invoke<IEnumerable<T>>(Generic.Method(typeof(ColumnCursorExtensions), nameof(ReadArrays)), null, [item], data, column);
            if (item == typeof(string) && vector.ItemType is TextDataViewType)
            {
                return (IEnumerable<T>)Read(data, column,
                    (VBuffer<ReadOnlyMemory<char>> texts) => texts.DenseValues().Select(text => text.ToString()).ToArray());
            }
        }
        throw Contracts.ExceptParam(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in {nameof(data)} to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<T[]> ReadArrays<T>(IDataView data, DataViewSchema.Column column) =>
        Read(data, column, (VBuffer<T> value) =>
        {
            var items = new T[value.Length];
            value.CopyTo(items);
            return items;
        });

    private static IEnumerable<TOut> Read<TIn, TOut>(IDataView data, DataViewSchema.Column column, Func<TIn, TOut> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TIn> getter = cursor.GetGetter<TIn>(column);
        TIn value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(value);
        }
    }
}
