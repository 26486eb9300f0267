using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null)
    {
        if (ElementTypeOf(rawArray) == typeof((float, float)))
            throw new NotSupportedException("from_array() for (float,float) elements.");
        return from_array(rawArray, null, device ?? CPU);
    }

    /// <summary>A tensor over the array's own memory, unless another type or device is asked for.</summary>
    public static Tensor from_array(
        Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var own = ToScalarType(ElementTypeOf(rawArray));
        return Made(Moved(Over(rawArray, 0, Lengths(rawArray), own), own, dtype, device), requires_grad, names);
    }

    /// <summary>A one-dimensional tensor over a part of the array's own memory.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        long length = rawArray.LongLength;
        if (offset < 0 || offset >= length) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = length - offset;
        if (count > length - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        var own = ToScalarType(ElementTypeOf(rawArray));
        return Made(Moved(Over(rawArray, offset, [count], own), own, dtype, CPU), requires_grad, null);
    }

    private static unsafe Tensor Over(Array array, long offset, long[] lengths, ScalarType type)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        nint made, owner = GCHandle.ToIntPtr(pin);
        int failed;
        fixed (long* sizes = lengths)
        {
            void* data = (byte*)pin.AddrOfPinnedObject() + offset * type.ElementSize();
            failed = Native.OverMemory(data, sizes, lengths.Length, (int)type, owner, &Unpin, &made);
        }
        Native.Check(failed);
        return new Tensor(made);
    }

    // Called by libtorch when the last tensor over the memory goes, on whatever thread that is.
    [UnmanagedCallersOnly]
    private static void Unpin(nint owner) => GCHandle.FromIntPtr(owner).Free();

    private static Type ElementTypeOf(Array array) => array.GetType().GetElementType()!;
}
