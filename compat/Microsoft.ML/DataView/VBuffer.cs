using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense or sparse, over arrays that its owner may reuse from row to row.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] values;
    private readonly int[] indices;
    private readonly int count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        CheckArgument(length >= 0, nameof(length));
        CheckArgument(count >= 0 && count <= length, nameof(count));
        CheckArgument((values?.Length ?? 0) >= count, nameof(values));
        CheckArgument(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        Length = length;
        this.count = count;
        this.values = values;
        this.indices = indices;
    }

    public bool IsDense => count == Length;

    /// <summary>All values of a dense vector; the explicit ones of a sparse vector.</summary>
    public ReadOnlySpan<T> GetValues() => values.AsSpan(0, count);

    /// <summary>The slots of <see cref="GetValues"/>, ascending; empty for a dense vector.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : indices.AsSpan(0, count);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        CheckArgument(sourceIndex >= 0 && sourceIndex <= Length, nameof(sourceIndex));
        CheckArgument(length >= 0 && length <= Length - sourceIndex, nameof(length));
        int from = IsDense ? sourceIndex : FirstAtOrAfter(sourceIndex);
        int to = IsDense ? sourceIndex + length : FirstAtOrAfter(sourceIndex + length);
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, to - from);
        values.AsSpan(from, to - from).CopyTo(editor.Values);
        for (int i = 0; i < editor.Indices.Length; i++)
            editor.Indices[i] = indices[from + i] - sourceIndex;
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default(T))
    {
        if (destinationIndex < 0 || destinationIndex > destination.Length - Length)
            throw new ArgumentOutOfRangeException(nameof(destination), "Not large enough to hold these values.");
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (int i = 0; i < count; i++)
            target[indices[i]] = values[i];
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        int size = source?.Length ?? 0;
        CheckArgument(length >= 0 && length <= size, nameof(length));
        CheckArgument(sourceIndex >= 0 && sourceIndex <= size - length, nameof(sourceIndex));
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false) =>
        all && !IsDense ? DenseValues().Select((value, slot) => KeyValuePair.Create(slot, value)) : ExplicitItems();

    public IEnumerable<T> DenseValues()
    {
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            int slot = IsDense ? i : indices[i];
            for (; next < slot; next++)
                yield return default;
            yield return values[i];
            next++;
        }
        for (; next < Length; next++)
            yield return default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public T GetItemOrDefault(int index)
    {
        CheckArgument(index >= 0 && index < Length, nameof(index));
        if (IsDense)
            return values[index];
        int found = GetIndices().BinarySearch(index);
        return found >= 0 ? values[found] : default;
    }

    /// <summary>The items of the underlying array, as the real one's: not the slots of a sparse vector.</summary>
    public IEnumerator GetEnumerator() => values.GetEnumerator();

    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {count} explicit values";

    internal VBufferEditor<T> GetEditor(int newLength, int? valuesCount, int? maxCapacity, bool keepOld, bool indicesOnDense)
    {
        CheckArgument(newLength >= 0, nameof(newLength));
        CheckArgument(valuesCount is null || (valuesCount >= 0 && valuesCount <= newLength), nameof(valuesCount));
        int newCount = valuesCount ?? newLength;
        T[] newValues = Grow(values, newCount, maxCapacity, keepOld);
        bool withIndices = newCount < newLength || indicesOnDense;
        int[] newIndices = withIndices ? Grow(indices, newCount, maxCapacity, keepOld) : indices;
        return new VBufferEditor<T>(newLength, newCount, newValues, newIndices, withIndices,
            !ReferenceEquals(newValues, values), !ReferenceEquals(newIndices, indices));
    }

    internal VBufferEditor<T> GetEditor() => GetEditor(Length, count, null, false, false);

    private static TItem[] Grow<TItem>(TItem[] array, int atLeast, int? maxCapacity, bool keepOld)
    {
        int size = array?.Length ?? 0;
        if (atLeast <= size)
            return array;
        long doubled = Math.Min(Math.Max(atLeast, 2L * size), Math.Min(maxCapacity ?? Array.MaxLength, Array.MaxLength));
        var grown = new TItem[Math.Max(atLeast, doubled)];
        if (keepOld)
            array?.CopyTo(grown, 0);
        return grown;
    }

    private static void CheckArgument(bool condition, string name)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name);
    }

    private IEnumerable<KeyValuePair<int, T>> ExplicitItems()
    {
        for (int i = 0; i < count; i++)
            yield return KeyValuePair.Create(IsDense ? i : indices[i], values[i]);
    }

    private int FirstAtOrAfter(int slot)
    {
        int found = indices.AsSpan(0, count).BinarySearch(slot);
        return found >= 0 ? found : ~found;
    }
}
