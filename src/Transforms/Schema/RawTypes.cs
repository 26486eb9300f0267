namespace MLNetGen;

/// <summary>Something to be done for a type of values that is only known when the program runs.</summary>
internal interface IRawTypeVisitor<out TResult>
{
    TResult Visit<T>();
}

/// <summary>The types of values that ML.NET's columns have, pictures aside.</summary>
internal static class RawTypes
{
    /// <summary>Default (null) for any other type.</summary>
    public static TResult? Visit<TResult>(Type type, IRawTypeVisitor<TResult> visitor)
        where TResult : class =>
        type == typeof(ReadOnlyMemory<char>) ? visitor.Visit<ReadOnlyMemory<char>>() : Type.GetTypeCode(type) switch
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
