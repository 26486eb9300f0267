using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The values that were hashed, as text in the place of their hash: a column's KeyValues. Several with one hash stand in braces.</summary>
internal abstract class InvertedHashes
{
    public static InvertedHashes Create(DataViewRow row, DataViewSchema.Column source, HashingEstimator.ColumnOptions options) =>
        Generic.Invoke<InvertedHashes>(Generic.Method(typeof(InvertedHashes), nameof(CreateTyped)), null, [source.Type.ItemType().RawType], row, source, options);

    public abstract void Read();

    public abstract VBuffer<ReadOnlyMemory<char>> Finish();

    private static InvertedHashes CreateTyped<T>(DataViewRow row, DataViewSchema.Column source, HashingEstimator.ColumnOptions options) =>
        new InvertedHashes<T>(row, source, options);
}

internal sealed class InvertedHashes<T> : InvertedHashes
{
    private readonly SortedDictionary<int, List<(int Slot, T Value)>> found = new();
    private readonly int size;
    private readonly int maximumCount;
    private readonly bool withSlot;
    private readonly Func<T, string> textOf;
    private readonly Action read;

    public InvertedHashes(DataViewRow row, DataViewSchema.Column source, HashingEstimator.ColumnOptions options)
    {
        size = 1 << options.NumberOfBits;
        maximumCount = options.MaximumNumberOfInverts == -1 ? int.MaxValue : options.MaximumNumberOfInverts;
        withSlot = options.UseOrderedHashing && source.Type is VectorDataViewType;
        textOf = TextMap(source);
        Delegate hashes = HashGetters.Create(row, source, options);
        read = source.Type is VectorDataViewType
            ? VectorReader(row.GetGetter<VBuffer<T>>(source), (ValueGetter<VBuffer<uint>>)hashes)
            : ScalarReader(row.GetGetter<T>(source), (ValueGetter<uint>)hashes);
    }

    public override void Read() => read();

    public override VBuffer<ReadOnlyMemory<char>> Finish()
    {
        ReadOnlyMemory<char>[] texts = found.Values.Select(values => TextOf(values).AsMemory()).ToArray();
        if (found.Count <= size / 2)
            return new VBuffer<ReadOnlyMemory<char>>(size, texts.Length, texts, found.Keys.ToArray());
        var all = new ReadOnlyMemory<char>[size];
        foreach ((int place, ReadOnlyMemory<char> text) in found.Keys.Zip(texts))
            all[place] = text;
        return new VBuffer<ReadOnlyMemory<char>>(size, all);
    }

    private static Func<T, string> TextMap(DataViewSchema.Column source)
    {
        if (source.Type.ItemType() is not KeyDataViewType)
            return value => TermMap.TextOf(value);
        if (!source.HasKeyValues(TextDataViewType.Instance))
            return value => value.ToString();
        VBuffer<ReadOnlyMemory<char>> names = default;
        source.GetKeyValues(ref names);
        return value => names.GetItemOrDefault(Convert.ToInt32(value) - 1).ToString();
    }

    private Action ScalarReader(ValueGetter<T> values, ValueGetter<uint> hashes)
    {
        T value = default;
        uint hash = 0;
        return () =>
        {
            values(ref value);
            hashes(ref hash);
            Add(hash, 0, value);
        };
    }

    private Action VectorReader(ValueGetter<VBuffer<T>> values, ValueGetter<VBuffer<uint>> hashes)
    {
        VBuffer<T> value = default;
        VBuffer<uint> hash = default;
        return () =>
        {
            values(ref value);
            hashes(ref hash);
            foreach (KeyValuePair<int, T> slot in value.Items(all: true))
                Add(hash.GetItemOrDefault(slot.Key), withSlot ? slot.Key : 0, slot.Value);
        };
    }

    private void Add(uint hash, int slot, T value)
    {
        if (hash == 0)
            return;
        int place = (int)hash - 1;
        if (!found.TryGetValue(place, out List<(int Slot, T Value)> values))
            found.Add(place, values = new());
        IEqualityComparer<T> comparer = TextComparer.EqualityFor<T>();
        if (values.Count < maximumCount && !values.Exists(known => known.Slot == slot && comparer.Equals(known.Value, value)))
            values.Add((slot, Kept(value)));
    }

    // Text may lie in a buffer that the next row overwrites.
    private static T Kept(T value) => value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value;

    private string TextOf(List<(int Slot, T Value)> values)
    {
        IEnumerable<string> texts = values.Select(known => withSlot ? $"{known.Slot}:{textOf(known.Value)}" : textOf(known.Value));
        return values.Count == 1 ? texts.Single() : $"{{{string.Join(',', texts)}}}";
    }
}
