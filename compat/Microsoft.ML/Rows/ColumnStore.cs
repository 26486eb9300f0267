namespace Microsoft.ML.Data;

/// <summary>Values of one column, row by row, kept apart from the cursor that they came from.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewType type) =>
        type is VectorDataViewType vector
            ? (ColumnStore)Activator.CreateInstance(typeof(VectorColumnStore<>).MakeGenericType(vector.ItemType.RawType))
            : (ColumnStore)Activator.CreateInstance(typeof(ColumnStore<>).MakeGenericType(type.RawType));

    /// <summary>Images and other custom types are not kept: they may need disposal.</summary>
    public static bool CanKeep(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>Reads the row's present value into a slot, one past the last to add it.</summary>
    public abstract Action<int> Filler(Delegate getter);

    /// <summary>A getter of the slot that is current.</summary>
    public abstract Delegate Getter(Func<int> current);
}

internal class ColumnStore<T> : ColumnStore
{
    private readonly List<T> values = new();

    public sealed override Action<int> Filler(Delegate getter)
    {
        var typed = (ValueGetter<T>)getter;
        return slot =>
        {
            if (slot == values.Count)
                values.Add(default);
            T value = values[slot];
            typed(ref value);
            values[slot] = value;
        };
    }

    public sealed override Delegate Getter(Func<int> current) => (ValueGetter<T>)((ref T value) => Copy(values[current()], ref value));

    protected virtual void Copy(T source, ref T destination) => destination = source;
}

internal sealed class VectorColumnStore<T> : ColumnStore<VBuffer<T>>
{
    protected override void Copy(VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
