using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>Copies between tensors and arrays.</summary>
internal static class TensorData
{
    /// <summary>A tensor's bytes in row-major order; floating tensors as float32.</summary>
    public static byte[] Bytes(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        using Tensor typed = tensor.is_floating_point() ? detached.to_type(ScalarType.Float32) : detached.alias();
        using Tensor local = typed.cpu();
        using Tensor dense = local.contiguous();
        return dense.bytes.ToArray();
    }

    /// <summary>A tensor's elements in row-major order, as <typeparamref name="T"/>, which must be its ONNX element type.</summary>
    public static T[] Elements<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(tensor)).ToArray();
}
