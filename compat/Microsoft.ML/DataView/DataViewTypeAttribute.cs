namespace Microsoft.ML.Data;

/// <summary>Gives a member of a user's class a column type that its .NET type alone does not tell.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>Tells <see cref="DataViewTypeManager"/> which column type goes with which .NET type.</summary>
    public abstract void Register();

    public abstract bool Equals(DataViewTypeAttribute other);
}
