using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Getters that map a column item by item.</summary>
internal static class ItemGetters
{
    /// <summary>A getter of the mapped scalar, or of the mapped vector: sparse where the zero of one maps to the zero of the other.</summary>
    public static Delegate Create<TIn, TOut>(DataViewRow input, DataViewSchema.Column column, Func<TIn, TOut> map) =>
        column.Type is VectorDataViewType vector
            ? Vector(input.GetGetter<VBuffer<TIn>>(input.Schema[column.Index]), column.Name, vector.Size, map)
            : Scalar(input.GetGetter<TIn>(input.Schema[column.Index]), map);

    private static ValueGetter<TOut> Scalar<TIn, TOut>(ValueGetter<TIn> getter, Func<TIn, TOut> map)
    {
        TIn source = default;
        return (ref TOut value) =>
        {
            getter(ref source);
            value = map(source);
        };
    }

    private static ValueGetter<VBuffer<TOut>> Vector<TIn, TOut>(ValueGetter<VBuffer<TIn>> getter, string name, int size, Func<TIn, TOut> map)
    {
        VBuffer<TIn> source = default;
        TOut mappedZero = map(default);
        bool keepsZero = EqualityComparer<TOut>.Default.Equals(mappedZero, default);
        return (ref VBuffer<TOut> value) =>
        {
            getter(ref source);
            Contracts.Check(size == 0 || source.Length == size, $"Column '{name}': expected {size} slots, but got {source.Length}");
            ReadOnlySpan<TIn> items = source.GetValues();
            bool sparse = !source.IsDense && keepsZero;
            VBufferEditor<TOut> editor = VBufferEditor.Create(ref value, source.Length, sparse ? items.Length : source.Length);
            if (!source.IsDense && !sparse)
                editor.Values.Fill(mappedZero);
            for (int i = 0; i < items.Length; i++)
                editor.Values[source.IsDense || sparse ? i : source.GetIndices()[i]] = map(items[i]);
            if (sparse)
                source.GetIndices().CopyTo(editor.Indices);
            value = editor.Commit();
        };
    }
}
