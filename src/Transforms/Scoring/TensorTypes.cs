namespace MLNetGen;

/// <summary>Something to be done for a type of numbers that is only known when the program runs.</summary>
internal interface INumberVisitor<out TResult>
{
    TResult Visit<T>()
        where T : unmanaged;
}

/// <summary>The types of numbers that both ML.NET's columns and ONNX's tensors have.</summary>
internal static class TensorTypes
{
    /// <summary>Null for any other type.</summary>
    public static TResult? Visit<TResult>(Type type, INumberVisitor<TResult> visitor)
        where TResult : class => Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => visitor.Visit<bool>(),
            TypeCode.Single => visitor.Visit<float>(),
            TypeCode.Double => visitor.Visit<double>(),
            TypeCode.Byte => visitor.Visit<byte>(),
            TypeCode.SByte => visitor.Visit<sbyte>(),
            TypeCode.UInt16 => visitor.Visit<ushort>(),
            TypeCode.Int16 => visitor.Visit<short>(),
            TypeCode.UInt32 => visitor.Visit<uint>(),
            TypeCode.Int32 => visitor.Visit<int>(),
            TypeCode.UInt64 => visitor.Visit<ulong>(),
            TypeCode.Int64 => visitor.Visit<long>(),
            _ => null,
        };
}
