using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Collects the distinct values of a column in the order in which they occur; missing values do not count.</summary>
internal abstract class TermCollector
{
    public abstract bool IsFull { get; }

    public static TermCollector Create(DataViewRow row, DataViewSchema.Column column, int maximumCount) =>
        Generic.Invoke<TermCollector>(Generic.Method(typeof(TermCollector), nameof(CreateTyped)), null, [column.Type.ItemType().RawType], row, column, maximumCount);

    public abstract void Read();

    public abstract TermMap Finish(bool sort);

    private static TermCollector CreateTyped<T>(DataViewRow row, DataViewSchema.Column column, int maximumCount) =>
        new TermCollector<T>(row, column, maximumCount);
}

internal sealed class TermCollector<T> : TermCollector
{
    private readonly PrimitiveDataViewType itemType;
    private readonly int maximumCount;
    private readonly Action read;
    private readonly List<T> terms = new();
    private readonly HashSet<T> known = new(TextComparer.EqualityFor<T>());

    public TermCollector(DataViewRow row, DataViewSchema.Column column, int maximumCount)
    {
        itemType = (PrimitiveDataViewType)column.Type.ItemType();
        this.maximumCount = maximumCount;
        read = column.Type is VectorDataViewType ? VectorReader(row.GetGetter<VBuffer<T>>(column)) : ScalarReader(row.GetGetter<T>(column));
    }

    public override bool IsFull => terms.Count >= maximumCount;

    public override void Read() => read();

    public override TermMap Finish(bool sort)
    {
        if (sort)
            terms.Sort(TextComparer.OrderFor<T>());
        return new TermMap<T>(itemType, terms.ToArray());
    }

    private Action ScalarReader(ValueGetter<T> getter)
    {
        T value = default;
        return () =>
        {
            getter(ref value);
            Add(value);
        };
    }

    // A sparse vector's zeros count where the first of them stands.
    private Action VectorReader(ValueGetter<VBuffer<T>> getter)
    {
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            foreach (T item in value.DenseValues())
                Add(item);
        };
    }

    private void Add(T value)
    {
        if (!IsFull && !MissingValues.IsMissing(value, itemType is KeyDataViewType) && known.Add(Kept(value)))
            terms.Add(Kept(value));
    }

    // Text may lie in a buffer that the next row overwrites.
    private static T Kept(T value) => value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value;
}
