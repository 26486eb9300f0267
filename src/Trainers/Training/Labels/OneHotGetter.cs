using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>The slot of the one in each row of a column of one-hot vectors.</summary>
internal static class OneHotGetter
{
    public static Func<int> Of(DataViewRowCursor cursor, DataViewSchema.Column column, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => Of(cursor, column, true),
        TypeCode.Single => Of(cursor, column, 1f),
        TypeCode.Double => Of(cursor, column, 1d),
        TypeCode.Byte => Of<byte>(cursor, column, 1),
        TypeCode.SByte => Of<sbyte>(cursor, column, 1),
        TypeCode.UInt16 => Of<ushort>(cursor, column, 1),
        TypeCode.Int16 => Of<short>(cursor, column, 1),
        TypeCode.UInt32 => Of(cursor, column, 1u),
        TypeCode.Int32 => Of(cursor, column, 1),
        TypeCode.UInt64 => Of(cursor, column, 1ul),
        _ => Of(cursor, column, 1L),
    };

    private static Func<int> Of<T>(DataViewRowCursor cursor, DataViewSchema.Column column, T one)
        where T : struct, IEquatable<T>
    {
        ValueGetter<VBuffer<T>> get = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            return SlotOf(value, one)
                ?? throw new InvalidDataException($"row {cursor.Position} of column '{column.Name}' is not one-hot: a label's vector has a single 1, and 0 elsewhere; correct the row or filter it out.");
        };
    }

    private static int? SlotOf<T>(in VBuffer<T> vector, T one)
        where T : struct, IEquatable<T>
    {
        int? slot = null;
        foreach (KeyValuePair<int, T> item in vector.Items())
        {
            if (item.Value.Equals(default))
                continue;
            if (slot is not null || !item.Value.Equals(one))
                return null;
            slot = item.Key;
        }
        return slot;
    }
}
