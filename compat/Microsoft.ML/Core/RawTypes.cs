using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>.NET types to the column types that carry them.</summary>
internal static class RawTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> Primitives = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, BooleanDataViewType.Instance, TextDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance, RowIdDataViewType.Instance,
    }.ToDictionary(type => type.RawType);

    public static PrimitiveDataViewType PrimitiveOrNull(Type rawType) => Primitives.GetValueOrDefault(rawType);

    public static PrimitiveDataViewType NumberTypeOf(Type rawType) =>
        PrimitiveOrNull(rawType) ?? throw new ArgumentOutOfRangeException(nameof(rawType), $"No column type carries {rawType}");
}
