using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What a <see cref="Value"/> holds; the order is that of native/dispatcher.cpp.</summary>
internal enum Kind
{
    None, Tensor, Int, Double, Bool, Ints, Doubles, Bools, Tensors, OptionalTensors, Text, Complex, Device, Generator
}

/// <summary>One argument or result on its way across; lists have eight bytes an element.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Value
{
    public Kind Kind;
    public int Count;
    public long Int;
    public double Double;
    public void* Data;
}

/// <summary>What can be asked of a tensor without failing; the order is that of native/tensor.cpp.</summary>
internal enum Fact
{
    Dimensions, Elements, ElementSize, DType, DeviceType, DeviceIndex, RequiresGrad, IsLeaf, IsContiguous,
    IsSparse, StorageOffset, IsNeg, IsConj, IsPinned, IsMeta, HasGrad
}

/// <summary>What a subscript is; the order is that of native/indexing.cpp.</summary>
internal enum IndexKind
{
    None, Single, Ellipsis, Bool, Tensor, Slice
}

/// <summary>A subscript on its way across.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexValue
{
    public IndexKind Kind;
    public long Start, Stop, Step;
    public nint Tensor;
}
