using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Column types as bytes.</summary>
internal static class TypeCodec
{
    private static readonly PrimitiveDataViewType[] Primitives =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, BooleanDataViewType.Instance, TextDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance, RowIdDataViewType.Instance,
    ];

    private enum Kind : byte
    {
        Primitive,
        Key,
        Vector,
    }

    /// <summary>Images and other custom types have no bytes.</summary>
    public static bool CanWrite(DataViewType type) =>
        type is KeyDataViewType || Primitives.Contains(type) || (type is VectorDataViewType vector && CanWrite(vector.ItemType));

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case KeyDataViewType key:
                writer.Write((byte)Kind.Key);
                Write(writer, RawTypes.NumberTypeOf(key.RawType));
                writer.Write(key.Count);
                break;
            case VectorDataViewType vector:
                writer.Write((byte)Kind.Vector);
                Write(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            default:
                int index = Array.IndexOf(Primitives, type);
                Contracts.Check(index >= 0, $"A column of type {type} cannot be saved with a model");
                writer.Write((byte)Kind.Primitive);
                writer.Write((byte)index);
                break;
        }
    }

    public static DataViewType Read(BinaryReader reader)
    {
        switch ((Kind)reader.ReadByte())
        {
            case Kind.Primitive:
                byte index = reader.ReadByte();
                Contracts.CheckDecode(index < Primitives.Length);
                return Primitives[index];
            case Kind.Key:
                return new KeyDataViewType(Read(reader).RawType, reader.ReadUInt64());
            case Kind.Vector:
                var item = (PrimitiveDataViewType)Read(reader);
                var dimensions = new int[reader.ReadInt32()];
                for (int i = 0; i < dimensions.Length; i++)
                    dimensions[i] = reader.ReadInt32();
                return new VectorDataViewType(item, dimensions);
            default:
                throw Contracts.ExceptDecode("The saved model has a column of an unknown kind of type");
        }
    }
}
