namespace Microsoft.ML.Data;

/// <summary>How ML.NET hashes the values of a column: one by itself, or those of a vector together. Missing values have hash 0, others one from 1.</summary>
internal sealed class ValueHash<T>
{
    private readonly Func<uint, T, uint> round;
    private readonly Func<T, bool> isMissing;
    private readonly int length;
    private readonly int lengthInVector;

    /// <param name="round">Takes a value into a hash.</param>
    /// <param name="isMissing">Tells values that stand for none.</param>
    /// <param name="length">The bytes that the final mix counts for a value; 0 where the rounds mix already.</param>
    /// <param name="lengthInVector">The same for each value of a vector that becomes one hash.</param>
    public ValueHash(Func<uint, T, uint> round, Func<T, bool> isMissing, int length, int lengthInVector)
    {
        this.round = round;
        this.isMissing = isMissing;
        this.length = length;
        this.lengthInVector = lengthInVector;
    }

    public uint Of(uint seed, uint mask, T value) => isMissing(value) ? 0 : (Mixed(round(seed, value), length) & mask) + 1;

    public uint Of(uint seed, uint mask, in VBuffer<T> values)
    {
        uint hash = seed;
        foreach (T value in values.DenseValues())
        {
            if (isMissing(value))
                return 0;
            hash = round(hash, value);
        }
        return (Mixed(hash, lengthInVector * values.Length) & mask) + 1;
    }

    private uint Mixed(uint hash, int bytes) => lengthInVector == 0 ? hash : MurmurHash.Mix(hash, bytes);
}

internal static class ValueHash
{
    public static ValueHash<T> For<T>(bool isKey) => (ValueHash<T>)Create(typeof(T), isKey);

    private static object Create(Type type, bool isKey)
    {
        if (type == typeof(byte))
            return Small<byte>(value => value, value => isKey && value == 0);
        if (type == typeof(ushort))
            return Small<ushort>(value => value, value => isKey && value == 0);
        if (type == typeof(uint))
            return Small<uint>(value => value, value => isKey && value == 0);
        if (type == typeof(ulong))
            return new ValueHash<ulong>(MurmurHash.Round, value => isKey && value == 0, 8, 8);
        if (type == typeof(sbyte))
            return Small<sbyte>(value => unchecked((uint)value), _ => false);
        if (type == typeof(short))
            return Small<short>(value => unchecked((uint)value), _ => false);
        if (type == typeof(int))
            return Small<int>(value => unchecked((uint)value), _ => false);
        if (type == typeof(long))
            return new ValueHash<long>((hash, value) => MurmurHash.Round(hash, unchecked((ulong)value)), _ => false, 8, 8);
        if (type == typeof(float))
            return Small<float>(value => BitConverter.SingleToUInt32Bits(value == 0 ? 0 : value), float.IsNaN);
        if (type == typeof(double))
            return new ValueHash<double>((hash, value) => MurmurHash.Round(hash, BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value)), double.IsNaN, 8, 8);
        if (type == typeof(bool))
            return Small<bool>(value => value ? 1u : 0, _ => false);
        if (type == typeof(ReadOnlyMemory<char>))
            return new ValueHash<ReadOnlyMemory<char>>((hash, value) => MurmurHash.OfText(hash, value.Span.Trim(' ')), value => value.IsEmpty, 0, 0);
        // Of a row's identity ML.NET hashes the lowest 32 bits alone.
        return new ValueHash<DataViewRowId>((hash, value) => MurmurHash.Round(hash, (uint)value.Low), _ => false, 16, 4);
    }

    private static ValueHash<T> Small<T>(Func<T, uint> chunk, Func<T, bool> isMissing) =>
        new((hash, value) => MurmurHash.Round(hash, chunk(value)), isMissing, 4, 4);
}
