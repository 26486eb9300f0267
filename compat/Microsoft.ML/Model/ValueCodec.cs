using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Values of columns as bytes: text, numbers, truth values, and dense vectors of them.</summary>
internal static class ValueCodec
{
    public static bool CanWrite(DataViewType type)
    {
        DataViewType item = (type as VectorDataViewType)?.ItemType ?? type;
        return item is NumberDataViewType or KeyDataViewType or TextDataViewType or BooleanDataViewType;
    }

    public static void WriteFrom(BinaryWriter writer, DataViewType type, Delegate getter)
    {
        if (type is VectorDataViewType vector)
            Generic.Invoke<object>(Generic.Method(typeof(ValueCodec), nameof(WriteVector)), null, [vector.ItemType.RawType], writer, getter);
        else
            Generic.Invoke<object>(Generic.Method(typeof(ValueCodec), nameof(WriteScalar)), null, [type.RawType], writer, getter);
    }

    public static Delegate ReadGetter(BinaryReader reader, DataViewType type) =>
        type is VectorDataViewType vector
            ? Generic.Invoke<Delegate>(Generic.Method(typeof(ValueCodec), nameof(VectorGetter)), null, [vector.ItemType.RawType], reader)
            : Generic.Invoke<Delegate>(Generic.Method(typeof(ValueCodec), nameof(ScalarGetter)), null, [type.RawType], reader);

    public static void WriteArray<T>(BinaryWriter writer, IReadOnlyCollection<T> items)
    {
        writer.Write(items.Count);
        foreach (T item in items)
            Write(writer, item);
    }

    public static T[] ReadArray<T>(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        Contracts.CheckDecode(count >= 0);
        var items = new List<T>();
        for (int i = 0; i < count; i++)
            items.Add(Read<T>(reader));
        return items.ToArray();
    }

    private static object WriteVector<T>(BinaryWriter writer, ValueGetter<VBuffer<T>> getter)
    {
        VBuffer<T> value = default;
        getter(ref value);
        WriteArray(writer, value.DenseValues().ToArray());
        return null;
    }

    private static object WriteScalar<T>(BinaryWriter writer, ValueGetter<T> getter)
    {
        T value = default;
        getter(ref value);
        Write(writer, value);
        return null;
    }

    private static ValueGetter<VBuffer<T>> VectorGetter<T>(BinaryReader reader)
    {
        T[] items = ReadArray<T>(reader);
        return (ref VBuffer<T> value) => VBuffer<T>.Copy(items, 0, ref value, items.Length);
    }

    private static ValueGetter<T> ScalarGetter<T>(BinaryReader reader)
    {
        T read = Read<T>(reader);
        return (ref T value) => value = read;
    }

    private static void Write<T>(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool item: writer.Write(item); break;
            case sbyte item: writer.Write(item); break;
            case byte item: writer.Write(item); break;
            case short item: writer.Write(item); break;
            case ushort item: writer.Write(item); break;
            case int item: writer.Write(item); break;
            case uint item: writer.Write(item); break;
            case long item: writer.Write(item); break;
            case ulong item: writer.Write(item); break;
            case float item: writer.Write(item); break;
            case double item: writer.Write(item); break;
            default: throw Contracts.Except($"Values of {typeof(T)} cannot be saved with a model");
        }
    }

    private static T Read<T>(BinaryReader reader)
    {
        object value =
            typeof(T) == typeof(ReadOnlyMemory<char>) ? reader.ReadString().AsMemory()
            : typeof(T) == typeof(bool) ? reader.ReadBoolean()
            : typeof(T) == typeof(sbyte) ? reader.ReadSByte()
            : typeof(T) == typeof(byte) ? reader.ReadByte()
            : typeof(T) == typeof(short) ? reader.ReadInt16()
            : typeof(T) == typeof(ushort) ? reader.ReadUInt16()
            : typeof(T) == typeof(int) ? reader.ReadInt32()
            : typeof(T) == typeof(uint) ? reader.ReadUInt32()
            : typeof(T) == typeof(long) ? reader.ReadInt64()
            : typeof(T) == typeof(ulong) ? reader.ReadUInt64()
            : typeof(T) == typeof(float) ? reader.ReadSingle()
            : typeof(T) == typeof(double) ? (object)reader.ReadDouble()
            : throw Contracts.ExceptDecode($"Values of {typeof(T)} cannot be read from a saved model");
        return (T)value;
    }
}
