using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>What keys and slots stand for, from a column's annotations.</summary>
internal static class NamedValues
{
    /// <summary>A key column's values, text as strings.</summary>
    public static (Array Values, PrimitiveDataViewType Type) OfKeys(DataViewSchema.Column column)
    {
        var type = (PrimitiveDataViewType)((VectorDataViewType)column.Annotations.Schema["KeyValues"].Type).ItemType;
        if (type is TextDataViewType)
            return (Array.ConvertAll(Read<ReadOnlyMemory<char>>(column), text => text.ToString()), type);
        return (Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Boolean => Read<bool>(column),
            TypeCode.Single => Read<float>(column),
            TypeCode.Double => Read<double>(column),
            TypeCode.Byte => Read<byte>(column),
            TypeCode.SByte => Read<sbyte>(column),
            TypeCode.UInt16 => Read<ushort>(column),
            TypeCode.Int16 => Read<short>(column),
            TypeCode.UInt32 => Read<uint>(column),
            TypeCode.Int32 => Read<int>(column),
            TypeCode.UInt64 => Read<ulong>(column),
            _ => Read<long>(column),
        }, type);
    }

    /// <summary>A vector's slot names; null where it has none, or they do not tell the slots apart.</summary>
    public static string[]? OfSlots(DataViewSchema.Column column, int size)
    {
        if (!column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        string[] slots = [.. names.DenseValues().Select(name => name.ToString())];
        return slots.Length == size && TellApart(slots) ? slots : null;
    }

    /// <summary>The keys 1 to <paramref name="count"/> themselves.</summary>
    public static Array Count(Type key, int count)
    {
        var values = Array.CreateInstance(key, count);
        for (int i = 0; i < count; i++)
            values.SetValue(Convert.ChangeType(i + 1, key, CultureInfo.InvariantCulture), i);
        return values;
    }

    /// <summary>The values as text, or their numbers where that does not tell them apart.</summary>
    public static string[] Names(Array values, int first)
    {
        string[] names = [.. values.Cast<object>().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
        return TellApart(names) ? names : [.. names.Select((_, i) => (first + i).ToString(CultureInfo.InvariantCulture))];
    }

    private static bool TellApart(string[] names) => !names.Contains("") && names.Distinct(StringComparer.Ordinal).Count() == names.Length;

    private static T[] Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues()];
    }
}
