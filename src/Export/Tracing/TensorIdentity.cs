using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// Whether two handles are one tensor. TorchSharp gives a new handle whenever a native layer's weight is asked for, and for a tensor set as
/// another layer's; a handle points to libtorch's <c>at::Tensor</c>, whose only field points to the tensor itself.
/// </summary>
internal sealed class TensorIdentity : IEqualityComparer<Tensor>
{
    public static readonly TensorIdentity Comparer = new();

    public bool Equals(Tensor? x, Tensor? y) => ReferenceEquals(x, y) || x is not null && y is not null && Of(x) == Of(y);

    public int GetHashCode([DisallowNull] Tensor obj) => Of(obj).GetHashCode();

    private static IntPtr Of(Tensor tensor) => Marshal.ReadIntPtr(tensor.Handle);
}
