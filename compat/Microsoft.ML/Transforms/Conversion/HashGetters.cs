using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Getters of hashed columns: a scalar's hash, the hashes of a vector's slots, or one hash of them all.</summary>
internal static class HashGetters
{
    public static Delegate Create(DataViewRow input, DataViewSchema.Column source, HashingEstimator.ColumnOptions options) =>
        Generic.Invoke<Delegate>(Generic.Method(typeof(HashGetters), nameof(CreateTyped)), null, [source.Type.ItemType().RawType], input, source, options);

    private static Delegate CreateTyped<T>(DataViewRow input, DataViewSchema.Column source, HashingEstimator.ColumnOptions options)
    {
        uint seed = options.Seed;
        uint mask = options.Mask;
        ValueHash<T> hash = ValueHash.For<T>(source.Type.ItemType() is KeyDataViewType);
        if (source.Type is not VectorDataViewType)
        {
            uint start = options.UseOrderedHashing ? MurmurHash.Round(seed, 0u) : seed;
            return ItemGetters.Create(input, source, (T value) => hash.Of(start, mask, value));
        }
        ValueGetter<VBuffer<T>> getter = input.GetGetter<VBuffer<T>>(source);
        if (options.Combine)
            return Combined(getter, value => hash.Of(seed, mask, value));
        return options.UseOrderedHashing
            ? Ordered(getter, (slot, value) => hash.Of(MurmurHash.Round(seed, (uint)slot), mask, value))
            : ItemGetters.Create(input, source, (T value) => hash.Of(seed, mask, value));
    }

    private static ValueGetter<uint> Combined<T>(ValueGetter<VBuffer<T>> getter, Func<VBuffer<T>, uint> hash)
    {
        VBuffer<T> source = default;
        return (ref uint value) =>
        {
            getter(ref source);
            value = hash(source);
        };
    }

    private static ValueGetter<VBuffer<uint>> Ordered<T>(ValueGetter<VBuffer<T>> getter, Func<int, T, uint> hash)
    {
        VBuffer<T> source = default;
        bool keepsZero = hash(0, default) == 0;
        return (ref VBuffer<uint> value) =>
        {
            getter(ref source);
            bool sparse = !source.IsDense && keepsZero;
            VBufferEditor<uint> editor = VBufferEditor.Create(ref value, source.Length, sparse ? source.GetValues().Length : source.Length);
            int at = 0;
            foreach (KeyValuePair<int, T> slot in source.Items(all: !sparse))
                editor.Values[at++] = hash(slot.Key, slot.Value);
            if (sparse)
                source.GetIndices().CopyTo(editor.Indices);
            value = editor.Commit();
        };
    }
}
