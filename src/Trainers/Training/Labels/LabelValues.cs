using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// The values of one label column, numbered: text, a number, a truth value, a key (with or without the values that it stands
/// for), or a one-hot vector of known size. A value's number is its code.
/// </summary>
internal abstract class LabelValues
{
    /// <summary>The code of a row without a label.</summary>
    public const int Missing = -1;

    // A key of more values than this and no names is a number that happens to be stored as a key, a row's id for instance.
    private const ulong MostKeys = 65_536;

    /// <summary>Each code's text, distinct.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>What type the values are: that of the column, of a key's values, or text for named slots.</summary>
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>Whether the names are but the codes' numbers: keys without values, slots without names.</summary>
    public virtual bool AreNumbered => false;

    /// <summary>Reads the rows' codes; new values are numbered as they come where they were not known before.</summary>
    /// <exception cref="InvalidDataException">On reading, where a vector is not one-hot.</exception>
    public abstract Func<int> Codes(DataViewRowCursor cursor);

    /// <summary>All codes so far in the order of the classes: text ordinal, numbers and keys and slots ascending.</summary>
    public abstract IReadOnlyList<int> InOrder();

    /// <summary>What the codes stand for: an array of text, numbers or truth values.</summary>
    public abstract Array Values(IReadOnlyList<int> codes);

    /// <exception cref="ArgumentException">There is no such column, or it cannot hold labels.</exception>
    public static LabelValues Of(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"the rows have no column '{name}'; they have {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}.");
        return column.Type switch
        {
            TextDataViewType => new FoundLabels<ReadOnlyMemory<char>, string>(column, TextDataViewType.Instance, text => text.ToString(), text => text.Length == 0, text => text, StringComparer.Ordinal),
            BooleanDataViewType => new FoundLabels<bool, bool>(column, BooleanDataViewType.Instance, value => value, _ => false, value => value.ToString(), Comparer<bool>.Default),
            NumberDataViewType number => Numbers(column, number),
            KeyDataViewType key => Keys(column, key),
            VectorDataViewType { Size: > 1, ItemType: NumberDataViewType or BooleanDataViewType } slots => OneHot(column, slots),
            _ => throw new ArgumentException($"column '{name}' is {column.Type}; labels are text, numbers, keys or one-hot vectors of known size: choose another column."),
        };
    }

    private static LabelValues Numbers(DataViewSchema.Column column, NumberDataViewType type) => Type.GetTypeCode(type.RawType) switch
    {
        TypeCode.Single => Numbers<float>(column, type, float.IsNaN),
        TypeCode.Double => Numbers<double>(column, type, double.IsNaN),
        TypeCode.Byte => Numbers<byte>(column, type),
        TypeCode.SByte => Numbers<sbyte>(column, type),
        TypeCode.UInt16 => Numbers<ushort>(column, type),
        TypeCode.Int16 => Numbers<short>(column, type),
        TypeCode.UInt32 => Numbers<uint>(column, type),
        TypeCode.Int32 => Numbers<int>(column, type),
        TypeCode.UInt64 => Numbers<ulong>(column, type),
        _ => Numbers<long>(column, type),
    };

    private static FoundLabels<T, T> Numbers<T>(DataViewSchema.Column column, PrimitiveDataViewType type, Func<T, bool>? isMissing = null)
        where T : notnull, IFormattable =>
        new(column, type, value => value, isMissing ?? (_ => false), value => value.ToString(null, CultureInfo.InvariantCulture), Comparer<T>.Default);

    // Counted from 1; 0 is none.
    private static LabelValues Keys(DataViewSchema.Column column, KeyDataViewType key)
    {
        bool named = column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType { ItemType: TextDataViewType or NumberDataViewType or BooleanDataViewType };
        Type type = key.RawType;
        if (!named && key.Count > MostKeys)
            return NumbersOfKeys(column, type);
        (Array values, PrimitiveDataViewType item) = named ? NamedValues.OfKeys(column) : (NamedValues.Count(type, checked((int)key.Count)), NumberOf(type));
        return new KnownLabels(NamedValues.Names(values, first: 1), values, item, areNumbered: !named, cursor =>
        {
            Func<ulong> get = UnsignedGetter(cursor, column, type);
            // Beyond the last value is no value either.
            return () => get() is var code && code <= (ulong)values.Length ? (int)code - 1 : Missing;
        });
    }

    private static LabelValues NumbersOfKeys(DataViewSchema.Column column, Type type) =>
        type == typeof(uint) ? Numbers<uint>(column, NumberDataViewType.UInt32, key => key == 0) : Numbers<ulong>(column, NumberDataViewType.UInt64, key => key == 0);

    private static LabelValues OneHot(DataViewSchema.Column column, VectorDataViewType type)
    {
        string[]? slots = NamedValues.OfSlots(column, type.Size);
        Array values = slots ?? (Array)Enumerable.Range(0, type.Size).ToArray();
        return new KnownLabels(NamedValues.Names(values, first: 0), values, slots is null ? NumberDataViewType.Int32 : TextDataViewType.Instance, areNumbered: slots is null,
            cursor => OneHotGetter.Of(cursor, column, type.ItemType.RawType));
    }

    private static Func<ulong> UnsignedGetter(DataViewRowCursor cursor, DataViewSchema.Column column, Type type)
    {
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => Get<byte>(value => value),
            TypeCode.UInt16 => Get<ushort>(value => value),
            TypeCode.UInt32 => Get<uint>(value => value),
            _ => Get<ulong>(value => value),
        };

        Func<ulong> Get<T>(Func<T, ulong> widen)
        {
            ValueGetter<T> get = cursor.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                get(ref value);
                return widen(value);
            };
        }
    }

    private static NumberDataViewType NumberOf(Type key) => Type.GetTypeCode(key) switch
    {
        TypeCode.Byte => NumberDataViewType.Byte,
        TypeCode.UInt16 => NumberDataViewType.UInt16,
        TypeCode.UInt32 => NumberDataViewType.UInt32,
        _ => NumberDataViewType.UInt64,
    };
}
