using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The standard conversions: within the signed integers, within the unsigned ones, from either to floating point,
/// between the two kinds of floating point; of numbers to truth values and text, and of text to anything. None drops a sign or a fraction.
/// </summary>
internal static class ItemConversions
{
    private static readonly Type[] Signed = [typeof(sbyte), typeof(short), typeof(int), typeof(long)];
    private static readonly Type[] Unsigned = [typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private static readonly Type[] Floating = [typeof(float), typeof(double)];

    public static PrimitiveDataViewType TypeOf(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown data kind"),
    };

    /// <summary>The item type that a conversion gives, or null where there is none. Keys stay keys.</summary>
    public static PrimitiveDataViewType ResultOf(DataViewType source, DataKind kind)
    {
        PrimitiveDataViewType target = TypeOf(kind);
        if (source is KeyDataViewType key)
        {
            bool fits = Unsigned.Contains(target.RawType) && (target.RawType == typeof(ulong) || key.Count <= MaxOf(target.RawType));
            return fits ? new KeyDataViewType(target.RawType, key.Count) : null;
        }
        return Exists(source, target) ? target : null;
    }

    public static bool Exists(DataViewType source, DataViewType target)
    {
        Type from = source.RawType;
        Type to = target.RawType;
        bool text = to == typeof(ReadOnlyMemory<char>);
        bool truth = to == typeof(bool);
        if (Signed.Contains(from))
            return Signed.Contains(to) || Floating.Contains(to) || truth || text;
        if (Unsigned.Contains(from))
            return Unsigned.Contains(to) || Floating.Contains(to) || truth || text;
        if (Floating.Contains(from))
            return Floating.Contains(to) || truth || text;
        if (from == typeof(bool))
            return Signed.Contains(to) || Floating.Contains(to) || truth || text;
        return from == typeof(ReadOnlyMemory<char>) && (Signed.Contains(to) || Unsigned.Contains(to) || Floating.Contains(to) || truth || text);
    }

    /// <summary>A Func from one raw type to the other.</summary>
    public static Delegate Create(Type from, Type to)
    {
        if (from == to)
            return Make(nameof(Identity), from);
        if (from == typeof(bool))
            return to == typeof(ReadOnlyMemory<char>) ? (bool value) => value.ToString().AsMemory() : Make(nameof(FromTruth), to);
        if (from == typeof(ReadOnlyMemory<char>))
            return to == typeof(bool) ? (Func<ReadOnlyMemory<char>, bool>)ParseTruth : Make(nameof(FromText), to);
        if (to == typeof(bool))
            return Make(nameof(ToTruth), from);
        return to == typeof(ReadOnlyMemory<char>) ? Make(nameof(ToText), from) : Make(nameof(Number), from, to);
    }

    private static Delegate Make(string method, params Type[] types) =>
        Generic.Invoke<Delegate>(Generic.Method(typeof(ItemConversions), method), null, types);

    private static Func<T, T> Identity<T>() => value => value;

    private static Func<TIn, TOut> Number<TIn, TOut>()
        where TIn : INumberBase<TIn>
        where TOut : INumberBase<TOut> => value => TOut.CreateTruncating(value);

    private static Func<T, bool> ToTruth<T>()
        where T : INumberBase<T> => value => !T.IsZero(value);

    private static Func<bool, T> FromTruth<T>()
        where T : INumberBase<T> => value => value ? T.One : T.Zero;

    private static Func<T, ReadOnlyMemory<char>> ToText<T>()
        where T : IFormattable
    {
        string format = typeof(T) == typeof(float) ? "G7" : typeof(T) == typeof(double) ? "G17" : null;
        return value => value.ToString(format, null).AsMemory();
    }

    // Text that is no number is missing: NaN, or 0 for integers; empty text is NaN too.
    private static Func<ReadOnlyMemory<char>, T> FromText<T>()
        where T : INumberBase<T>
    {
        T missing = MissingValues.Of<T>();
        return text => T.TryParse(text.Span.Trim(), null, out T value) ? value : missing;
    }

    private static bool ParseTruth(ReadOnlyMemory<char> text) =>
        text.ToString().ToUpperInvariant() is "T" or "Y" or "1" or "+" or "+1" or "YES" or "TRUE";

    private static ulong MaxOf(Type type) =>
        type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : uint.MaxValue;
}
