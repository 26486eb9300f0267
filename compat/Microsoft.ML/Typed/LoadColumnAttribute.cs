namespace Microsoft.ML.Data;

/// <summary>For text loaders, which are not here; classes that carry it compile all the same.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnAttribute : Attribute
{
    public LoadColumnAttribute(int fieldIndex)
    {
    }

    public LoadColumnAttribute(int start, int end)
    {
    }

    public LoadColumnAttribute(int[] columnIndexes)
    {
    }
}
