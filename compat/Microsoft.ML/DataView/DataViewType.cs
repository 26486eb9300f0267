namespace Microsoft.ML.Data;

/// <summary>The type of a column.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType)
    {
        ArgumentNullException.ThrowIfNull(rawType);
        RawType = rawType;
    }

    /// <summary>The type that getters of the column give.</summary>
    public Type RawType { get; }

    // Types that are not singletons override object.Equals and GetHashCode as well.
    public abstract bool Equals(DataViewType other);
}
