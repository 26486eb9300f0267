using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A tensor's elements in the CPU's memory, in row-major order whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly long[] shape, strides;
    private torch.Tensor? tensor; // keeps the memory alive
    private T* data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU) throw torch.Tensor.NotOnCpu();
        shape = tensor.shape;
        strides = tensor.stride();
        data = (T*)tensor.DataPointer();
        this.tensor = tensor;
    }

    public long Count => tensor?.numel() ?? 0;

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => data[Offset(indices)];
        set => data[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        if (array.Length > 0) CopyTo(array);
        return array;
    }

    public Array ToNDArray()
    {
        var array = shape.Length == 0 ? new T[1] : Array.CreateInstance(typeof(T), shape);
        var elements = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
            ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)),
            array.Length);
        if (array.Length > 0) CopyTo(elements);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var into = array[arrayIndex..];
        long count = Math.Min(into.Length, From(tensorIndex));
        if (Contiguous)
        {
            new Span<T>(data + tensorIndex, (int)count).CopyTo(into);
            return;
        }
        for (long k = 0; k < count; k++) into[(int)k] = data[Offset(tensorIndex + k)];
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var from = array[arrayIndex..];
        long count = Math.Min(from.Length, From(tensorIndex));
        if (Contiguous)
        {
            from[..(int)count].CopyTo(new Span<T>(data + tensorIndex, (int)count));
            return;
        }
        for (long k = 0; k < count; k++) data[Offset(tensorIndex + k)] = from[(int)k];
    }

    public IEnumerator<T> GetEnumerator()
    {
        long count = Count;
        for (long k = 0; k < count; k++) yield return At(k);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.SequenceEqual(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && (data == other.data || this == other);

    public override int GetHashCode() => base.GetHashCode();

    public void Dispose()
    {
        data = null;
        tensor = null;
    }

    private bool Contiguous => tensor!.is_contiguous();

    private T At(long index) => data[Offset(index)];

    // How many elements there are from this one on.
    private long From(long index)
    {
        long count = Count;
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return count - index;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
        {
            if (indices[0] >= Count) throw new IndexOutOfRangeException();
            return Offset(indices[0]);
        }
        long offset = 0;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            if (indices[d] >= shape[d] || indices[d] < 0)
                throw new IndexOutOfRangeException($"{indices[d]} >= {shape[d]} in dimension {d}.");
            offset += indices[d] * strides[d];
        }
        return offset;
    }

    private long Offset(long index)
    {
        long count = Count;
        if (index >= count || index < 0) throw new ArgumentOutOfRangeException($"{index} in a collection of  ${count} elements.");
        long offset = 0;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            index = Math.DivRem(index, shape[d], out long i);
            offset += i * strides[d];
        }
        return offset;
    }
}
