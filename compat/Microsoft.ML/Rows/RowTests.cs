namespace Microsoft.ML.Data;

/// <summary>What rows are filtered by.</summary>
internal static class RowTests
{
    /// <summary>Whether the column's type has missing values: NaN, and key 0.</summary>
    public static bool HasMissingValues(DataViewType type)
    {
        DataViewType item = (type as VectorDataViewType)?.ItemType ?? type;
        return item == NumberDataViewType.Single || item == NumberDataViewType.Double || item is KeyDataViewType;
    }

    /// <summary>Nothing is missing in the row's value.</summary>
    public static Func<bool> NothingMissing(DataViewRow row, DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        DataViewType item = vector?.ItemType ?? column.Type;
        return Generic.Invoke<Func<bool>>(
            Generic.Method(typeof(RowTests), vector == null ? nameof(ScalarPresent) : nameof(VectorPresent)), null, [item.RawType], row, column, item is KeyDataViewType);
    }

    /// <summary>The row's number (for a key: its place among the keys, in [0, 1]) as a double; NaN where missing.</summary>
    public static Func<double> Number(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<Func<double>>(Generic.Method(typeof(RowTests), nameof(NumberOf)), null, [column.Type.RawType], row, column);

    private static Func<double> NumberOf<T>(DataViewRow row, DataViewSchema.Column column)
        where T : IConvertible
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        ulong count = (column.Type as KeyDataViewType)?.Count ?? 0;
        return () =>
        {
            T value = default;
            getter(ref value);
            double number = value.ToDouble(null);
            return count == 0 ? number : number == 0 || number > count ? double.NaN : (number - 0.5) / count;
        };
    }

    private static Func<bool> ScalarPresent<T>(DataViewRow row, DataViewSchema.Column column, bool isKey)
        where T : IConvertible
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return IsPresent(value, isKey);
        };
    }

    private static Func<bool> VectorPresent<T>(DataViewRow row, DataViewSchema.Column column, bool isKey)
        where T : IConvertible
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            // The slots that a sparse vector leaves out are zeros: missing as keys, present as numbers.
            if (isKey && !value.IsDense)
                return false;
            foreach (T item in value.GetValues())
            {
                if (!IsPresent(item, isKey))
                    return false;
            }
            return true;
        };
    }

    private static bool IsPresent<T>(T value, bool isKey)
        where T : IConvertible
    {
        double number = value.ToDouble(null);
        return isKey ? number != 0 : !double.IsNaN(number);
    }
}
