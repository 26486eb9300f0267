using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>A 128-bit identity of a row. Derived identities are mixed as MurmurHash3 (x64, 128 bits) mixes a block.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public DataViewRowId Fork() => MixBlock(1, 0);

    public DataViewRowId Next() => MixBlock(0, 0);

    public DataViewRowId Combine(DataViewRowId other)
    {
        DataViewRowId forked = other.Fork();
        return MixBlock(forked.Low, forked.High);
    }

    public int CompareTo(DataViewRowId other) =>
        High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private DataViewRowId MixBlock(ulong k1, ulong k2)
    {
        ulong h1 = Low ^ (BitOperations.RotateLeft(k1 * C1, 31) * C2);
        h1 = ((BitOperations.RotateLeft(h1, 27) + High) * 5) + 0x52dce729;
        ulong h2 = High ^ (BitOperations.RotateLeft(k2 * C2, 33) * C1);
        h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        return new DataViewRowId(h1, h2);
    }
}
